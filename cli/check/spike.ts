import type { SpikeEnvironment } from "../../stacks/spike/props";
import type { Environment } from "../../values/load/environment";
import { type Kubectl, unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import type { CliSection } from "../section";
import type { Check } from "./result";
import { type BootstrapStatus, type Replicas, readSpike } from "./spike-status";

export const spikeSection: CliSection<SpikeEnvironment> = {
  checks: "keepers, Nexus and bootstrap",
  check: spikeChecks,
  afterDeploy: explainBootstrap,
};

async function spikeChecks(kubectl: Kubectl, environment: Environment): Promise<Check[]> {
  const { keepers, nexus, bootstrap } = await readSpike(kubectl, environment);
  const { state, detail } = bootstrap;
  const next = state === "failed" ? `\n${remedy(environment.name, bootstrap)}` : "";
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

/**
 * Terraform names a Job that failed, but not why, and accepts a Job whose completion could not be noted.
 * @returns whether all is well
 */
async function explainBootstrap(environment: Environment, succeeded: boolean): Promise<boolean> {
  const { spike, cluster } = environment.values;
  if (!spike || spike.bootstrap === false) return true;
  const asked = withKubectl(cluster, kubectl => readSpike(kubectl, environment));
  const status = await unlessUnknown("whether SPIKE's bootstrap is complete", asked);
  const bad = succeeded ? ["failed"] : ["failed", "missing"];
  if (!status || !bad.includes(status.bootstrap.state)) return true;
  console.error(`SPIKE's bootstrap: ${status.bootstrap.detail}\n${remedy(environment.name, status.bootstrap)}`);
  return false;
}

/** Terraform replaces a Job that failed. Where a key was made, another one beside it would help nobody. */
function remedy(environment: string, { keyMade }: BootstrapStatus): string {
  if (keyMade)
    return (
      "a key was made, and keepers may have shares of it: " +
      "docs/runbooks/spike-bootstrap.md#half-delivered comes first"
    );
  return `once that is put right: rollup-network deploy ${environment}`;
}

function replicas(check: string, found: Replicas | undefined): Check {
  if (!found) return { check, ok: false, detail: "is not there: deploy the stack" };
  return { check, ok: found.ready >= found.wanted, detail: `${found.ready} of ${found.wanted} ready` };
}
