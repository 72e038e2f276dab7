import { annotationsOf } from "../constructs/annotations";
import type { TerraformStack } from "../constructs/terraform";
import { manifestsOf } from "../manifests/stack";

export type { HelmRelease, KubernetesObject, StackManifests } from "../manifests";
export { toYaml } from "../manifests";
export { manifestsOf, terraformOf } from "../manifests/stack";

/** The warnings a stack and its constructs carry. */
export function warningsOf(stack: TerraformStack): string[] {
  return annotationsOf(stack, "warn");
}

/**
 * Expects that constructing or synthesizing fails, and returns the message.
 *
 * @throws Error when it does not fail, or when the message does not match
 */
export function expectSynthError(build: () => TerraformStack | undefined, message: string | RegExp): string {
  let actual: string;
  try {
    const stack = build();
    if (stack) manifestsOf(stack);
    actual = "";
  } catch (error) {
    actual = (error as Error).message;
  }
  const matches = typeof message === "string" ? actual.includes(message) : message.test(actual);
  if (!actual) throw new Error(`expected the synthesis to fail with ${message}, but it succeeded`);
  if (!matches) throw new Error(`expected the synthesis to fail with ${message}, but it failed with: ${actual}`);
  return actual;
}
