import type { Command } from "commander";
import type { Environment } from "../../values/load/environment";
import { type Section, sectionsOf } from "../../values/schema/sections";
import { environmentsOf, type ValuesOptions, withValues } from "../environments";
import { type Kubectl, KubectlError, withKubectl } from "../kubernetes/kubectl";
import { plainTable } from "../table";
import { apiServerChecks } from "./api-server";
import { driftChecks } from "./drift";
import { p2pChecks } from "./p2p";
import type { Check } from "./result";
import { sequencerChecks } from "./sequencer";
import { spikeChecks } from "./spike";
import { volumeChecks } from "./volumes";

export function registerCheck(program: Command): void {
  withValues(program.command("check"))
    .description("check a deployed environment, and change nothing")
    .argument("<env>", "name of the environment")
    .option("--no-drift", "do not compare the cluster with the manifests")
    .option("--volumes", "ask the kubelets how full volumes are (needs get on nodes/proxy)", false)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
The command checks:
  p2p        the bootstrap nodes' live records against the published ones, and their peers
  sequencer  leader, members, lag, proxies and certificates
  spike      keepers, Nexus and bootstrap
  API server whether the NetworkPolicies open its endpoints, and the values to set
  drift      what an apply of the manifests would change (kubectl diff)
  volumes    how full they are, with --volumes

What it may not read, it reports as failed.
Exit code: 0 if everything is as it should be; 1 otherwise; 130 interrupted.`,
    )
    .action(async (name: string, options: ValuesOptions & Parts & { json?: boolean }) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      const checks = await withKubectl(environment.values.cluster, kubectl => look(kubectl, environment, options));
      if (options.json) console.log(JSON.stringify({ environment: name, checks }, null, 2));
      else {
        const rows = checks.map(({ check, ok, detail }) => [check, ok ? "ok" : "FAILED", detail]);
        console.log(plainTable(["check", "", "detail"], rows));
      }
      process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
    });
}

/** What is looked at of each section that an environment has. */
const SECTIONS: Readonly<Record<Section, (kubectl: Kubectl, environment: Environment) => Promise<Check[]>>> = {
  p2p: p2pChecks,
  sequencer: sequencerChecks,
  spike: spikeChecks,
};

interface Parts {
  readonly drift: boolean;
  readonly volumes: boolean;
}

async function look(kubectl: Kubectl, environment: Environment, { drift, volumes }: Parts): Promise<Check[]> {
  const present = sectionsOf(environment.values);
  const parts: [part: string, checks: () => Promise<Check[]>][] = [];
  for (const { name } of present) parts.push([name, () => SECTIONS[name](kubectl, environment)]);
  parts.push(["API server", () => apiServerChecks(kubectl, environment)]);
  for (const { values } of volumes ? present : []) {
    parts.push([`volumes ${values.namespace}`, () => volumeChecks(kubectl, values.namespace)]);
  }
  if (drift) parts.push(["drift", () => driftChecks(kubectl, environment)]);
  const checks: Check[] = [];
  for (const [part, ask] of parts) {
    checks.push(
      ...(await ask().catch((error: Error) => {
        // A part that may not be read, or is not deployed, does not concern the others; a missing cluster does.
        if (!(error instanceof KubectlError) || ["unreachable", "unauthorized", "missing"].includes(error.failure))
          throw error;
        return [{ check: part, ok: false, detail: error.message }];
      })),
    );
  }
  return checks;
}
