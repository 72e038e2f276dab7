import type { KubernetesObject } from "../objects";
import { type LabelSelector, matches } from "./labels";
import { type Of, ofKind } from "./object";
import type { Workload } from "./workload";

export interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: LabelSelector;
}

const budgetsIn = ofKind<BudgetSpec>("PodDisruptionBudget");

/** The PodDisruptionBudgets among some objects that select the pods of a workload. */
export function budgetsOf({ namespace, labels }: Workload, objects: readonly KubernetesObject[]): Of<BudgetSpec>[] {
  return budgetsIn(objects).filter(each => each.namespace === namespace && matches(each.spec.selector, labels));
}
