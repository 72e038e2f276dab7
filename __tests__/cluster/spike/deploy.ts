/** Runs a program as `deploy` runs Terraform: `deploy.ts KUBECONFIG PROGRAM ARGUMENTS…`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { replacingStuckPods } from "../../../cli/check/spike-stuck";
import { loadEnvironments } from "../../../values/load/load";
import { REPEATED } from "./example";

const [kubeconfig, program = "", ...args] = process.argv.slice(2);
const [environment] = loadEnvironments({
  dir: REPEATED.dir,
  names: [REPEATED.name],
  set: [`cluster.kubeconfig=${kubeconfig}`],
});

async function main(): Promise<void> {
  if (!environment) throw new Error("there is no such environment");
  const [code] = await replacingStuckPods(environment, () => once(spawn(program, args, { stdio: "inherit" }), "exit"));
  process.exitCode = code;
}

main();
