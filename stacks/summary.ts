import { annotationsOf } from "../constructs/kubernetes/framework/annotations";
import { TerraformResource } from "../constructs/kubernetes/framework/terraform";
import type { EnvironmentStack, SummaryRow } from "./environment-stack";

/** What a stack creates, for tables: objects by kind, what its nodes announce, and where their ENRs come from. */
export interface StackSummary {
  readonly environment: string;
  readonly stack: string;
  readonly kinds: Readonly<Record<string, number>>;
  readonly nodes: readonly SummaryRow[];
  readonly warnings: readonly string[];
}

export function summaryOf(stack: EnvironmentStack): StackSummary {
  const constructs = stack.node.findAll();
  const kinds: Record<string, number> = {};
  for (const resource of constructs.filter(TerraformResource.isTerraformResource)) {
    if (resource.terraformResourceType === "terraform_data") continue; // Terraform's own memory
    const kind = kindOf(resource.terraformResourceType);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return {
    environment: stack.environment,
    stack: stack.node.id,
    kinds: Object.fromEntries(Object.entries(kinds).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    nodes: stack.summaryRows(),
    warnings: annotationsOf(stack, "warn"),
  };
}

/** `kubernetes_stateful_set_v1` as `StatefulSet`. */
function kindOf(type: string): string {
  const words = type.replace(/^kubernetes_|^helm_/, "").replace(/_v1$/, "");
  return words.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
