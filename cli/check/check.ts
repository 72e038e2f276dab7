import type { Command } from "commander";
import type { Environment } from "../../values/load/environment";
import { sectionNames, sectionsOf } from "../../values/schema/sections";
import { environmentsOf, type ValuesOptions, withValues } from "../environments";
import { type Kubectl, KubectlError, withKubectl } from "../kubernetes/kubectl";
import { render } from "../manifests";
import { cliSection } from "../sections";
import { plainTable } from "../table";
import { apiServerChecks } from "./api-server";
import { driftChecks } from "./drift";
import { namespacesOfAll, platformChecks } from "./platform/platform";
import type { Check } from "./result";
import { volumeChecks } from "./volumes";

export function registerCheck(program: Command): void {
  withValues(program.command("check"))
    .description("check a deployed environment, and change nothing")
    .argument("<env>", "name of the environment")
    .option("--no-drift", "do not compare the cluster with the manifests")
    .option("--probe", "open every connection of the wiring from the pods (needs create on pods/exec)", false)
    .option("--volumes", "ask the kubelets how full volumes are (needs get on nodes/proxy)", false)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      () => `
The command checks:
${sectionNames.map(name => `  ${name.padEnd(10)}  ${cliSection(name).checks}`).join("\n")}
  namespace   each that exists already: whether it is there, and whether its labels admit the pods
  pods        of each namespace: why they are not there or not ready, what was killed for its memory, restarts
  services    of each namespace: whether they have endpoints, and the address that was asked for
  API server  whether the NetworkPolicies open its endpoints, and the values to set
  drift       what an apply of the manifests would change (kubectl diff)
  probe       with --probe: each TCP connection that the report draws, opened from inside the pods
  volumes     how full they are, with --volumes

A probed connection is ok, dropped (no answer), refused (it passes, and nobody listens) or unknown. Only a dropped
one fails. The probe lists pods and networkpolicies, and runs a shell in the pods. UDP is not probed.

The command reports as failed what it may not read, and the root key as unknown.
Exit code: 0 if everything is as it should be; 1 otherwise; 130 interrupted.`,
    )
    .action(async (name: string, options: ValuesOptions & Parts & { json?: boolean }) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      const checks = await withKubectl(environment.values.cluster, kubectl => look(kubectl, environment, options));
      if (options.json) console.log(JSON.stringify({ environment: name, checks }, null, 2));
      else {
        const rows = checks.map(({ check, ok, unknown, verdict, detail }) => [
          check,
          verdict ?? (unknown ? "unknown" : ok ? "ok" : "FAILED"),
          detail,
        ]);
        console.log(plainTable(["check", "", "detail"], rows));
      }
      process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
    });
}

interface Parts {
  readonly drift: boolean;
  readonly probe: boolean;
  readonly volumes: boolean;
}

async function look(kubectl: Kubectl, environment: Environment, { drift, probe, volumes }: Parts): Promise<Check[]> {
  const present = sectionsOf(environment.values);
  const parts: [part: string, checks: () => Promise<Check[]>][] = [];
  for (const { name } of present) parts.push([name, () => cliSection(name).check(kubectl, environment)]);
  for (const namespace of namespacesOfAll(environment.values)) {
    parts.push([`pods ${namespace.name}`, () => platformChecks(kubectl, namespace)]);
  }
  parts.push(["API server", () => apiServerChecks(kubectl, environment)]);
  if (probe) parts.push(["probe", () => probeEnvironment(kubectl, environment)]);
  for (const { values } of volumes ? present : []) {
    parts.push([`volumes ${values.namespace}`, () => volumeChecks(kubectl, values.namespace)]);
  }
  for (const stack of drift ? render([environment]) : [])
    parts.push([`drift ${stack.id}`, () => driftChecks(kubectl, environment, stack)]);
  const checks: Check[] = [];
  for (const [part, ask] of parts) {
    checks.push(
      ...(await ask().catch((error: Error) => {
        // A part that is forbidden or not deployed does not concern the others; a cluster that cannot be asked does.
        if (!(error instanceof KubectlError) || ["unreachable", "unauthorized", "missing"].includes(error.failure))
          throw error;
        return [{ check: part, ok: false, detail: error.message }];
      })),
    );
  }
  return checks;
}

/** Its manifests need the framework. */
function probeEnvironment(kubectl: Kubectl, environment: Environment): Promise<Check[]> {
  const { probeChecks }: typeof import("./probe/probe") = require("./probe/probe");
  const sections = sectionsOf(environment.values);
  return probeChecks(kubectl, {
    environment: environment.name,
    stacks: render([environment]).map(({ manifests }) => manifests),
    sectionOf: namespace => sections.find(({ values }) => values.namespace === namespace)?.name,
  });
}
