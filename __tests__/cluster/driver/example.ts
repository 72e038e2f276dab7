import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackManifests } from "../../../manifests/objects";
import { manifestsFor, type Stack } from "./stack";

/** What a test deploys: a section of a values file in a namespace of its own, which gives the environment its name. */
export interface Example {
  readonly namespace: string;
  /** The values file. */
  readonly values: string;
  /** Files beside it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly section: Stack["section"];
  readonly set: readonly string[];
}

/** Assignments over the values file of an example. */
export const assignments = ({ namespace, section, set }: Example): string[] => [
  `${section}.namespace=${namespace}`,
  ...set,
];

/** Writes the values of an example into a new folder, and returns the manifests of its section. */
export function renderExample(example: Example, dir: string): StackManifests {
  const { namespace, values, files = {}, section } = example;
  mkdirSync(dir);
  cpSync(values, join(dir, `${namespace}.yaml`));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return manifestsFor({ dir, name: namespace, section }, assignments(example));
}
