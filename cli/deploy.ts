import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { config } from "../package.json";
import type { Environment } from "../values/load/environment";
import { adviseOnApiServer } from "./check/api-server";
import { explainWaits } from "./check/platform/deploy";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";
import { output } from "./output";
import { cliSectionsOf } from "./sections";

/** The framework's own CLI is 400 MB and only deploys need it, so npx fetches this version when it is needed. */
const CLI = config.deploy;

interface DeployOptions extends ValuesOptions {
  readonly autoApprove?: boolean;
  readonly degraded?: boolean;
  readonly skipProviderLock?: boolean;
}

export function registerDeploy(program: Command): void {
  withValues(program.command("deploy"))
    .description(`deploy the stacks of an environment with ${CLI}`)
    .argument("<env>", "name of the environment")
    .option("--auto-approve", "do not ask before applying")
    .option("--degraded", "deploy even if a member of the sequencer is not ready")
    .option("--skip-provider-lock", "do not ask the registry for providers' checksums, which a mirror does not have")
    .action(async (name: string, options: DeployOptions) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      checkProject();
      const sections = cliSectionsOf(environment.values);
      if (!options.degraded) for (const section of sections) await section.beforeDeploy?.(environment);
      await adviseOnApiServer(environment);
      const words = [process.execPath, ...process.execArgv, process.argv[1] ?? "", "synth", name, ...values(options)];
      const app = words.map(quoted).join(" ");
      const args = [
        "--yes",
        CLI,
        "deploy",
        `${name}-*`,
        "--app",
        app,
        ...(options.autoApprove ? ["--auto-approve"] : []),
        ...(options.skipProviderLock ? ["--skip-provider-lock"] : []),
      ];
      const deploy = sections.reduce(
        (inner, { whileDeploying }) => (whileDeploying ? () => whileDeploying(environment, inner) : inner),
        () => run("npx", args),
      );
      const started = Date.now();
      const code = await deploy();
      process.exitCode = code;
      if (code !== 0) await explainWaits(environment, started);
      for (const section of sections) {
        const well = (await section.afterDeploy?.(environment, code === 0)) ?? true;
        if (!well) process.exitCode ||= 1;
      }
    });
}

/** The CLI accepts only folders with this file as projects. The app that `--app` names overrides its own. */
function checkProject(): void {
  if (existsSync("cdktf.json")) return;
  const content = JSON.stringify({ language: "typescript", app: "npx rollup-network synth" });
  throw new Error(
    `${process.cwd()} has no cdktf.json, without which the CDKTF CLI deploys nothing → create it: ${content}`,
  );
}

/** The CLI runs the app in a shell. */
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

function values({ values, set }: ValuesOptions): string[] {
  return ["--values", values, ...set.flatMap(assignment => ["--set", assignment])];
}

/** Runs a program in this terminal. Ctrl-C reaches it directly, and this process waits until it has ended. */
function run(program: string, args: readonly string[]): Promise<number> {
  const wait = () => {};
  process.on("SIGINT", wait).on("SIGTERM", wait);
  output.on("lost", wait);
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: "inherit", env: process.env })
      .on("error", reject)
      .on("close", (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}
