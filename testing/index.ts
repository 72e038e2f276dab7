import { annotationsOf } from "../constructs/kubernetes/framework/annotations";
import type { TerraformStack } from "../constructs/kubernetes/framework/terraform";
import { type Finding, lint } from "../lint/lint";
import { manifestsOf } from "../manifests/stack";

export type { Finding } from "../lint/lint";
export type { Severity } from "../lint/rule";
export type { HelmRelease } from "../manifests";
export { toYaml } from "../manifests";
export type { KubernetesObject, StackManifests } from "../manifests/objects";
export { manifestsOf, terraformOf } from "../manifests/stack";

/** The warnings a stack and its constructs carry. */
export function warningsOf(stack: TerraformStack): string[] {
  return annotationsOf(stack, "warn");
}

/** The errors and warnings of `rollup-network lint` in a stack. What the package makes on purpose is neither. */
export function lintOf(stack: TerraformStack): Finding[] {
  return lint(manifestsOf(stack)).filter(({ severity, waived }) => severity !== "note" && !waived);
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
