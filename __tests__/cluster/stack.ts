import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject, StackManifests } from "../../manifests";
import { buildApp } from "../../stacks/app";
import { manifestsOf } from "../../testing";
import type { sections } from "../../values/environment";
import { loadEnvironments } from "../../values/load";

/** A stack: a section of an environment, in a folder of values. */
export interface Stack {
  readonly dir: string;
  readonly name: string;
  readonly section: (typeof sections)[number];
}

/** What a stack deploys, with values set over its files. */
export function manifestsFor({ dir, name, section }: Stack, set: readonly string[] = []): StackManifests {
  const outdir = mkdtempSync(join(tmpdir(), "stack-"));
  try {
    const { stacks } = buildApp(loadEnvironments({ dir, names: [name], set }), { outdir });
    const stack = stacks.find(({ node }) => node.id === `${name}-${section}`);
    if (!stack) throw new Error(`there is no stack ${name}-${section}`);
    return manifestsOf(stack);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** What the chart of a stack's own objects brings. */
export function chartObjects({ releases }: StackManifests): KubernetesObject[] {
  return releases.flatMap(({ values }) => (values as { objects?: KubernetesObject[] }).objects ?? []);
}
