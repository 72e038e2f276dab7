import type { z } from "zod";
import type { Finding, Path, Place } from "../load/finding";
import type { KubernetesValues } from "./kubernetes";

/** What the values of every section have. */
export interface SectionValues {
  /** The namespace that the section makes and owns. */
  readonly namespace: string;
  readonly monitoring: { readonly enabled: boolean };
  readonly kubernetes?: KubernetesValues;
}

/** A name and where it stands below the section. */
export interface Named {
  readonly name: string;
  readonly path: Path;
}

/** An address or a key that a node tells others. */
export interface Announced extends Named {
  /** What it is, for a sentence. */
  readonly thing: string;
  /** Whether another cluster may have it too. */
  readonly ofCluster: boolean;
}

/**
 * A section of the values becomes the stack `<env>-<section>`. Here are its schema, and its answers to the loader and
 * to commands that look at all sections. Paths are below the section; findings have whole paths.
 */
export interface ValuesSection<V extends SectionValues> {
  readonly schema: z.ZodType<V>;
  /** One line for the reference: what the section is. */
  readonly is: string;
  /** Kinds of objects without a namespace that it makes, beside its namespaces. @default none */
  readonly clusterKinds?: readonly string[];
  /** What a cluster can have only once, and why. @default nothing */
  readonly onePerCluster?: { readonly thing: string; readonly reason: string };
  /** Namespaces beside its own. @default none */
  furtherNamespaces?(values: V): Named[];
  /** Addresses and keys that no other node may have, of the cluster or of the world. @default none */
  announces?(values: V): Announced[];
  /** Files that it names, relative to the environment's file. @default none */
  files?(values: V): Named[];
  /** What the schema cannot check. @default nothing */
  check?(values: V, locate: (path: Path) => Place): Finding[];
  /** What makes the object of this name. @default the section itself */
  maker?(values: V, object: string): Path | undefined;
}

/** Every namespace that a section makes. */
export function namespacesOf<V extends SectionValues>(section: ValuesSection<V>, values: V): Named[] {
  return [{ name: values.namespace, path: ["namespace"] }, ...(section.furtherNamespaces?.(values) ?? [])];
}
