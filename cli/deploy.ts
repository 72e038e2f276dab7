import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { Environment } from "../values/load/environment";
import { adviseOnApiServer } from "./check/api-server";
import { checkRollout } from "./check/rollout";
import { remedy } from "./check/spike";
import { readSpike } from "./check/spike-status";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";
import { unlessUnknown, withKubectl } from "./kubernetes/kubectl";

/** The CDKTF CLI is 400 MB and only deploys need it, so it is fetched by npx at this version when it is used. */
const CDKTF_CLI = "cdktf-cli@0.21.0";

export function registerDeploy(program: Command): void {
  withValues(program.command("deploy"))
    .description(`deploy the stacks of an environment with ${CDKTF_CLI}`)
    .argument("<env>", "name of the environment")
    .option("--auto-approve", "do not ask before applying")
    .option("--degraded", "deploy even if a member of the sequencer is not ready")
    .action(async (name: string, options: ValuesOptions & { autoApprove?: boolean; degraded?: boolean }) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      checkProject();
      if (!options.degraded) await checkRollout(environment);
      await adviseOnApiServer(environment);
      const words = [process.execPath, ...process.execArgv, process.argv[1] ?? "", "synth", name, ...values(options)];
      const app = words.map(quoted).join(" ");
      const args = [
        "--yes",
        CDKTF_CLI,
        "deploy",
        `${name}-*`,
        "--app",
        app,
        ...(options.autoApprove ? ["--auto-approve"] : []),
      ];
      const code = await run("npx", args);
      process.exitCode = (await explainBootstrap(environment, code === 0)) ? code : code || 1;
    });
}

/** The CDKTF CLI needs this file to accept a folder as a project. How the app is run comes from here nevertheless. */
function checkProject(): void {
  if (existsSync("cdktf.json")) return;
  const content = JSON.stringify({ language: "typescript", app: "npx rollup-network synth" });
  throw new Error(
    `${process.cwd()} has no cdktf.json, without which the CDKTF CLI deploys nothing → create it: ${content}`,
  );
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

/** The CDKTF CLI gives the app to a shell. */
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

function values({ values, set }: ValuesOptions): string[] {
  return ["--values", values, ...set.flatMap(assignment => ["--set", assignment])];
}

/** Runs a program in this terminal: Ctrl-C reaches it directly, and this process waits for its clean end. */
function run(program: string, args: readonly string[]): Promise<number> {
  const wait = () => {};
  process.on("SIGINT", wait).on("SIGTERM", wait);
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: "inherit", env: process.env })
      .on("error", reject)
      .on("close", (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}
