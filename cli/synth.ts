import type { Command } from "commander";
import type { StackSummary } from "../stacks/summary";
import { count } from "../values/load/count";
import { type ValuesOptions, withValues } from "./environments";
import { removeStaleStacks, sayGone } from "./stale";
import { plainTable } from "./table";
import { work } from "./work/work";

export function registerSynth(program: Command): void {
  withValues(program.command("synth"))
    .description("write the Terraform configuration to cdktf.out, and show what it creates")
    .argument("[env...]", "names of environments (default: all in the values folder)")
    .option("--json", "print the summary as JSON")
    .action(async (names: string[], options: ValuesOptions & { json?: boolean }) => {
      const started = performance.now();
      const { environments, results, app } = await work("synth", names, options);
      const { writeManifest }: typeof import("../stacks/app") = require("../stacks/app");
      Object.assign(app.manifest.stacks, ...results.map(({ manifest }) => manifest));
      writeManifest(app);
      const { outdir } = app;
      const { removed, unknown } = removeStaleStacks(outdir, {
        values: options.values,
        environments,
        stacks: results.flatMap(({ summaries }) => summaries.map(({ stack }) => stack)),
      });
      const stacks = results.flatMap(({ summaries }) => summaries);
      const milliseconds = Math.round(performance.now() - started);
      if (options.json) console.log(JSON.stringify({ outdir, milliseconds, stacks, removed }, null, 2));
      else print(stacks, environments.length, outdir, milliseconds);
      sayGone({ removed, unknown }, options.values);
    });
}

const SHORT: Readonly<Record<string, string>> = {
  StatefulSet: "sts",
  Deployment: "deploy",
  Service: "svc",
  ConfigMap: "cm",
  NetworkPolicy: "netpol",
  PodDisruptionBudget: "pdb",
  ServiceAccount: "sa",
  RoleBinding: "rolebinding",
  Release: "helm",
};

/** How users run commands. Compiled, the package is a dependency, and its npm scripts are not in the user's project. */
const RUN = __filename.endsWith(".js")
  ? { manifests: "npx rollup-network manifests", deploy: "npx rollup-network deploy" }
  : { manifests: "npm run -s manifests --", deploy: "npm run deploy --" };

function print(summaries: readonly StackSummary[], environments: number, outdir: string, milliseconds: number): void {
  const rows = summaries.map(({ stack, kinds, nodes }) => [
    stack,
    Object.entries(kinds)
      .map(([kind, count]) => `${count} ${SHORT[kind] ?? kind.toLowerCase()}`)
      .join("  ")
      .replace(/(.{1,40})(?: {2}|$)/g, "$1\n")
      .trimEnd(),
    nodes.map(node => `${node.name} → ${node.address}`).join("\n"),
    nodes.map(node => node.enr).join("\n"),
  ]);
  console.log(plainTable(["stack", "objects", "announced address", "ENR"], rows));
  for (const { stack, warnings } of summaries) for (const warning of warnings) console.log(`  ! ${stack}: ${warning}`);
  const objects = summaries.reduce((sum, { kinds }) => sum + Object.values(kinds).reduce((a, b) => a + b, 0), 0);
  const counts = [count(environments, "environment"), count(summaries.length, "stack"), count(objects, "object")].join(
    ", ",
  );
  console.log(`  ${counts} in ${milliseconds} ms → ${outdir}/`);
  const [first] = summaries;
  if (first) console.log(`  next: ${RUN.manifests} ${first.environment}    ${RUN.deploy} ${first.environment}`);
}
