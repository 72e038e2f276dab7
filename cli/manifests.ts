import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
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
      const { buildApp } = await import("../stacks/app.js");
      const { manifestsOf } = await import("../testing/index.js");
      const { toYaml } = await import("../manifests/index.js");
      const { stacks } = buildApp(environments);
      const wanted = stacks.filter(stack => options.stack === undefined || stack.node.id === `${name}-${options.stack}`);
      if (wanted.length === 0) {
        const names = stacks.map(stack => stack.node.id.slice(name.length + 1)).join(", ");
        throw new Error(`environment ${name} has no stack "${options.stack}": it has ${names || "none"}`);
      }
      const texts = wanted.map(stack => [stack.node.id, toYaml(manifestsOf(stack))] as const);
      if (!options.out) {
        process.stdout.write(texts.map(([, text]) => text).join("---\n"));
        return;
      }
      mkdirSync(options.out, { recursive: true });
      for (const [id, text] of texts) {
        const file = join(options.out, `${id}.yaml`);
        writeFileSync(file, text);
        console.log(file);
      }
    });
}
