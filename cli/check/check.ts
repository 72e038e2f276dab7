import type { Command } from "commander";
import type { Environment } from "../../values/load/environment";
import { environmentsOf, type ValuesOptions, withValues } from "../environments";
import { type Kubectl, KubectlError, withKubectl } from "../kubernetes/kubectl";
import { targetFor } from "../sequencer/target";
import { plainTable } from "../table";
import { driftChecks } from "./drift";
import { p2pChecks } from "./p2p";
import type { Check } from "./result";
import { sequencerChecks } from "./sequencer";
import { spikeChecks } from "./spike";
import { readSpike } from "./spike-status";
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

interface Parts {
  readonly drift: boolean;
  readonly volumes: boolean;
}

async function look(kubectl: Kubectl, environment: Environment, { drift, volumes }: Parts): Promise<Check[]> {
  const { p2p, sequencer, spike } = environment.values;
  const target = targetFor(environment);
  const sections: [section: string, checks: () => Promise<Check[]>][] = [];
  if (p2p) sections.push(["p2p", () => p2pChecks(kubectl, environment)]);
  if (target) sections.push(["sequencer", () => sequencerChecks(kubectl, target)]);
  if (spike) sections.push(["spike", async () => spikeChecks(environment.name, await readSpike(kubectl, environment))]);
  if (volumes) {
    const namespaces = [p2p, sequencer, spike].flatMap(section => section?.namespace ?? []);
    for (const namespace of namespaces) sections.push([`volumes ${namespace}`, () => volumeChecks(kubectl, namespace)]);
  }
  if (drift) sections.push(["drift", () => driftChecks(kubectl, environment)]);
  const checks: Check[] = [];
  for (const [section, ask] of sections) {
    checks.push(
      ...(await ask().catch((error: Error) => {
        // A section that may not be read, or is not deployed, does not concern the others; a missing cluster does.
        if (!(error instanceof KubectlError) || ["unreachable", "unauthorized", "missing"].includes(error.failure))
          throw error;
        return [{ check: section, ok: false, detail: error.message }];
      })),
    );
  }
  return checks;
}
