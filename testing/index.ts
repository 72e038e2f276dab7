import { annotationsOf } from "../constructs/annotations";
import { invokeAspects, type TerraformStack } from "../constructs/terraform";
import { type StackManifests, toManifests } from "../manifests";

export type { HelmRelease, KubernetesObject, StackManifests } from "../manifests";
export { toYaml } from "../manifests";

/**
 * The Kubernetes objects that a stack creates. Aspects are applied and validations run, as at synth: cdktf's own
 * `Testing.synth` skips validations unless told otherwise.
 *
 * @throws Error when a validation fails, when an error is annotated, and for a field the manifest view does not know
 */
export function manifestsOf(stack: TerraformStack): StackManifests {
  return toManifests(terraformOf(stack));
}

/** The Terraform configuration of a stack, under the same checks as `manifestsOf`. */
export function terraformOf(stack: TerraformStack): object {
  stack.prepareStack();
  invokeAspects(stack);
  stack.runAllValidations();
  const errors = annotationsOf(stack, "error");
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return stack.toTerraform();
}

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
