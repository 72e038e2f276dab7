import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject, StackManifests } from "../../manifests";
import { buildApp } from "../../stacks/app";
import { manifestsOf } from "../../testing";
import { sections } from "../../values/environment";
import { loadEnvironments } from "../../values/load";

/** Every section of every environment and example, each a stack. */
export const everyStack = ["values", "examples/sequencer", "examples/spike"].flatMap(dir =>
  loadEnvironments({ dir }).flatMap(({ name, values }) =>
    sections.filter(section => values[section]).map(section => ({ dir, name, section })),
  ),
);

export type Stack = (typeof everyStack)[number];

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
