import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { StackManifests } from "../manifests";
import type { Environment } from "../values/load";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";

interface ManifestsOptions extends ValuesOptions {
  readonly stack?: string;
  readonly out?: string;
}

export function registerManifests(program: Command): void {
  withValues(program.command("manifests"))
    .description("print the Kubernetes manifests that Terraform will create")
    .argument("<env>", "environment")
    .option("--stack <name>", "only this stack, such as p2p")
    .option("--out <dir>", "write one file per stack instead of printing")
    .action(async (name: string, options: ManifestsOptions) => {
      const environments = environmentsOf([name], options);
      const { toYaml } = await import("../manifests/index.js");
      const stacks = await render(environments);
      const wanted = stacks.filter(({ id }) => options.stack === undefined || id === `${name}-${options.stack}`);
      if (wanted.length === 0) {
        const names = stacks.map(({ id }) => id.slice(name.length + 1)).join(", ");
        throw new Error(`environment ${name} has no stack "${options.stack}": it has ${names || "none"}`);
      }
      if (!options.out) {
        process.stdout.write(wanted.map(({ manifests }) => toYaml(manifests)).join("---\n"));
        return;
      }
      for (const { id, manifests } of wanted) console.log(write(options.out, `${id}.yaml`, toYaml(manifests)));
    });
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`cannot write ${file}: ${(error as Error).message} → name a folder that can be written with --out`);
  }
  return file;
}

/** The manifests of every stack of environments. The framework wants a folder at once, which is of no use here. */
async function render(environments: readonly Environment[]): Promise<{ id: string; manifests: StackManifests }[]> {
  const { buildApp } = await import("../stacks/app.js");
  const { manifestsOf } = await import("../manifests/stack.js");
  const outdir = mkdtempSync(join(tmpdir(), "rollup-network-"));
  try {
    return buildApp(environments, { outdir }).stacks.map(stack => ({ id: stack.node.id, manifests: manifestsOf(stack) }));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
