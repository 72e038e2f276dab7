import { annotationsOf } from "../constructs/kubernetes/framework/annotations";
import { invokeAspects, type TerraformStack } from "../constructs/kubernetes/framework/terraform";
import { toManifests } from "./index";
import type { StackManifests } from "./objects";

/**
 * The Kubernetes objects that a stack creates. Aspects are applied and validations run, as at synth. `Testing.synth` of
 * cdktf skips validations by default.
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
