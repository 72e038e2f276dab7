import type { z } from "zod";
import type { Finding, Path, Place } from "../load/finding";
import type { KubernetesValues } from "./kubernetes";

/** What the values of every section have. */
export interface SectionValues {
  /** The namespace that the section makes and owns, unless it exists already. */
  readonly namespace: string;
  readonly existingNamespace: boolean;
  readonly monitoring: { readonly enabled: boolean };
  readonly kubernetes?: KubernetesValues;
}

/** A name and where it stands below the section. */
export interface Named {
  readonly name: string;
  readonly path: Path;
}

/** A namespace of a section. */
export interface UsedNamespace extends Named {
  /** Whether somebody else made it. */
  readonly existing: boolean;
  /** Whether pods in it use ports or the network of their host. */
  readonly onHost: boolean;
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
  furtherNamespaces?(values: V): UsedNamespace[];
  /** Whether pods in its own namespace use ports or the network of their host. @default false */
  onHost?(values: V): boolean;
  /** Addresses and keys that no other node may have, of the cluster or of the world. @default none */
  announces?(values: V): Announced[];
  /** Files that it names, relative to the environment's file. @default none */
  files?(values: V): Named[];
  /** What the schema cannot check. @default nothing */
  check?(values: V, locate: (path: Path) => Place): Finding[];
  /** What makes the object of this name. @default the section itself */
  maker?(values: V, object: string): Path | undefined;
}

/** Every namespace that a section makes or uses. */
export function namespacesOf<V extends SectionValues>(section: ValuesSection<V>, values: V): UsedNamespace[] {
  const { namespace: name, existingNamespace: existing } = values;
  const own = { name, path: ["namespace"], existing, onHost: section.onHost?.(values) ?? false };
  return [own, ...(section.furtherNamespaces?.(values) ?? [])];
}
