import { SPIKE_KEEPER, SPIKE_NEXUS } from "../../constructs/spike/names";
import type { SpikeEnvironment } from "../../stacks/spike/props";
import type { Environment } from "../../values/load/environment";
import type { Kubectl } from "../kubernetes/kubectl";
import type { CliSection } from "../section";
import type { Check } from "./result";
import { explainSpike } from "./spike-explain";
import { remedy } from "./spike-remedy";
import { rootKeyChecks } from "./spike-root-key";
import { type Replicas, readSpike } from "./spike-status";
import { replacingStuckPods } from "./spike-stuck";

export const spikeSection: CliSection<SpikeEnvironment> = {
  checks: "keepers, Nexus, bootstrap, and whether Nexus has its root key (needs create on pods/exec)",
  check: spikeChecks,
  apiServer: ({ spike }) => (spike.bootstrap ? spike.networkPolicies : undefined),
  whileDeploying: replacingStuckPods,
  afterDeploy: explainSpike,
};

async function spikeChecks(kubectl: Kubectl, environment: Environment<SpikeEnvironment>): Promise<Check[]> {
  const { spike } = environment.values;
  const status = await readSpike(kubectl, environment);
  const { keepers, nexus, bootstrap } = status;
  const { state, detail } = bootstrap;
  const deploy = `rollup-network deploy ${environment.name}`;
  const next = state === "failed" ? `\n${remedy(environment.name, bootstrap)}` : "";
  return [
    replicas("spike keepers", SPIKE_KEEPER, deploy, keepers),
    replicas("spike nexus", SPIKE_NEXUS, deploy, nexus),
    {
      check: "spike bootstrap",
      ok: state === "complete" || state === "none",
      detail: `${state === "running" ? "still runs: " : ""}${detail}${next}`,
    },
    ...(await rootKeyChecks(kubectl, spike, status)),
  ];
}

function replicas(check: string, name: string, deploy: string, found: Replicas | undefined): Check {
  if (!found) return { check, ok: false, detail: `StatefulSet ${name} does not exist → ${deploy}` };
  const { ready, wanted, scaledTo } = found;
  const scaled = scaledTo === undefined ? "" : `, and the StatefulSet is scaled to ${scaledTo} → ${deploy}`;
  return { check, ok: ready >= wanted && !scaled, detail: `${ready} of ${wanted} ready${scaled}` };
}
