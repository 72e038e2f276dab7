import type { App } from "../../constructs/kubernetes/framework/terraform";
import { write } from "../../stacks/app";
import type { EnvironmentStack } from "../../stacks/environment-stack";
import { type StackSummary, summaryOf } from "../../stacks/summary";
import type { Environment } from "../../values/load/environment";

interface Written {
  readonly summaries: readonly StackSummary[];
  /** What `manifest.json` says of the stacks. */
  readonly manifest: App["manifest"]["stacks"];
}

/** Writes the Terraform configuration of an environment. */
export function synth(stacks: readonly EnvironmentStack[], _: Environment, app: App): Written {
  write(stacks, app);
  const entries = stacks.map(({ node: { id } }) => [id, app.manifest.stacks[id]] as const);
  return { summaries: stacks.map(summaryOf), manifest: Object.fromEntries(entries) as Written["manifest"] };
}
