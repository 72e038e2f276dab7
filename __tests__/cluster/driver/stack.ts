import { render } from "../../../cli/manifests";
import type { KubernetesObject, StackManifests } from "../../../manifests/objects";
import { loadEnvironments } from "../../../values/load/load";
import type { Section } from "../../../values/schema/sections";

/** A stack: a section of an environment, in a folder of values. */
export interface Stack {
  readonly dir: string;
  readonly name: string;
  readonly section: Section;
}

/** What a stack deploys, with values set over its files. */
export function manifestsFor({ dir, name, section }: Stack, set: readonly string[] = []): StackManifests {
  const stacks = render(loadEnvironments({ dir, names: [name], set }));
  const stack = stacks.find(({ id }) => id === `${name}-${section}`);
  if (!stack) throw new Error(`there is no stack ${name}-${section}`);
  return stack.manifests;
}

/** What the chart of a stack's own objects brings. */
export function chartObjects({ releases }: StackManifests): KubernetesObject[] {
  return releases.flatMap(({ values }) => (values as { objects?: KubernetesObject[] }).objects ?? []);
}
