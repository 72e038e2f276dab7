import type { StackChanges } from "./changes";
import { clusterChange } from "./cluster";
import { altered, type Rule } from "./rules/rule";

/** A way to lose a whole stack. */
export interface StackRule extends Omit<Rule, "kinds" | "loses"> {
  loses(stack: StackChanges): string | undefined;
}

/** Where a stack deploys, and whether it is still there. */
export const stackRules: readonly StackRule[] = [
  {
    id: "stack",
    why:
      "A deploy does not destroy a stack that is no longer in the configuration: its objects keep running, " +
      "and nothing manages them.",
    remedy: "put the section back into the values; or destroy the stack first (cdktf destroy), after a backup",
    loses: ({ left }) => (left ? "Terraform's hold of everything in the stack" : undefined),
  },
  {
    id: "cluster",
    why:
      "In another cluster everything is created again, while the old cluster keeps running: two nodes have one key, " +
      "and nothing manages the old volumes.",
    remedy: "put cluster.context, cluster.kubeconfig or cluster.exec back; to move, stop the old stack first",
    loses: stack => clusterChange(stack, "sure"),
  },
  {
    id: "kubeconfig",
    warning: true,
    why:
      "Nothing here says whether a context of the same name in another kubeconfig leads to the same cluster: " +
      "in another one everything is created again.",
    remedy:
      "compare both: kubectl --kubeconfig <file> --context <context> cluster-info; or run guard where both files are",
    loses: stack => clusterChange(stack, "unknown"),
  },
  {
    id: "state",
    why: "With an empty state Terraform does not know what runs: it creates everything again, and the names are taken.",
    remedy: "put backend back; or move the state first: terraform init -migrate-state",
    loses: ({ origins }) => origins && altered("Terraform's state", origins.before.state, origins.after.state),
  },
  {
    id: "protected",
    warning: true,
    why: "Terraform destroys what holds identities as soon as a plan says so.",
    remedy: "keep protected: true",
    loses: ({ origins }) =>
      origins?.before.protected && !origins.after.protected ? "Terraform's refusal to destroy identities" : undefined,
  },
];
