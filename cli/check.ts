import type { Command } from "commander";
import type { Environment } from "../values/environment";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";
import { withKubectl } from "./kubectl";
import { type BootstrapStatus, type Replicas, readSpike, type SpikeStatus } from "./spike-status";
import { plainTable } from "./table";

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function registerCheck(program: Command): void {
  withValues(program.command("check"))
    .description("look at a deployed environment, and change nothing: SPIKE's keepers, Nexus and bootstrap so far")
    .argument("<env>", "environment")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExit code: 0 with everything as it should be, 1 otherwise, 130 interrupted.")
    .action(async (name: string, options: ValuesOptions & { json?: boolean }) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      const { spike, cluster } = environment.values;
      if (!spike)
        throw new Error(`environment ${name} has nothing that check knows → sequencer status ${name} looks at a sequencer`);
      const checks = spikeChecks(name, await withKubectl(cluster, kubectl => readSpike(kubectl, environment)));
      if (options.json) console.log(JSON.stringify({ environment: name, checks }, null, 2));
      else {
        const rows = checks.map(({ check, ok, detail }) => [check, ok ? "ok" : "FAILED", detail]);
        console.log(plainTable(["check", "", "detail"], rows));
      }
      process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
    });
}

function spikeChecks(environment: string, { keepers, nexus, bootstrap }: SpikeStatus): Check[] {
  const { state, detail } = bootstrap;
  const next = state === "failed" ? `\n${remedy(environment, bootstrap)}` : "";
  return [
    replicas("spike keepers", keepers),
    replicas("spike nexus", nexus),
    {
      check: "spike bootstrap",
      ok: state === "complete" || state === "none",
      detail: `${state === "running" ? "still runs: " : ""}${detail}${next}`,
    },
  ];
}

/** Terraform replaces a Job that failed. Where a key was made, another one beside it would help nobody. */
export function remedy(environment: string, { keyMade }: BootstrapStatus): string {
  if (keyMade)
    return "a key was made, and keepers may have shares of it: docs/runbooks/spike-bootstrap.md#half-delivered comes first";
  return `once that is put right: rollup-network deploy ${environment}`;
}

function replicas(check: string, found: Replicas | undefined): Check {
  if (!found) return { check, ok: false, detail: "is not there: deploy the stack" };
  return { check, ok: found.ready >= found.wanted, detail: `${found.ready} of ${found.wanted} ready` };
}
