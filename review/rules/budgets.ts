import type { JsonObject } from "../../manifests/json";
import type { KubernetesObject } from "../../manifests/objects";
import { type BudgetSpec, budgetsOf } from "../../manifests/read/budget";
import { type Workload, workloadOf } from "../../manifests/read/workload";
import type { Side } from "../sides";
import { type Rule, stays } from "./rule";

/** How many pods a drain may take at once. */
export const budgetRules: readonly Rule[] = [
  {
    id: "budget",
    kinds: ["StatefulSet", "Deployment"],
    warning: true,
    why: "A drain of nodes, or an upgrade of the cluster, takes as many pods at once as the budget allows.",
    remedy: "keep the budget",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [from, to] = [evictable(change.before, sides.before), evictable(change.after, sides.after)];
      if (from === undefined || from >= (to ?? Number.POSITIVE_INFINITY)) return undefined;
      return `what keeps pods in a drain: ${from} may go at once, now ${to ?? "all of them"}`;
    },
  },
];

/** How many pods may go at once by the strictest budget; nothing without one. */
function evictable(body: JsonObject | undefined, side: Side): number | undefined {
  const workload = body && workloadOf(body as unknown as KubernetesObject);
  const budgets = workload ? budgetsOf(workload, side.objects) : [];
  return workload && budgets.length > 0 ? Math.min(...budgets.map(({ spec }) => mayGo(spec, workload))) : undefined;
}

function mayGo({ minAvailable, maxUnavailable }: BudgetSpec, { replicas }: Workload): number {
  if (minAvailable !== undefined) return replicas - number(minAvailable, replicas);
  return maxUnavailable === undefined ? 0 : number(maxUnavailable, replicas);
}

const number = (value: number | string, replicas: number) =>
  String(value).endsWith("%") ? Math.ceil((Number.parseInt(String(value), 10) / 100) * replicas) : Number(value);
