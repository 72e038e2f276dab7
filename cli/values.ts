import type { Command } from "commander";
import { stringify } from "yaml";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";

/** `rollup-network values`: an environment's values, checked and merged. */
export function registerValues(program: Command): void {
  withValues(program.command("values"))
    .description("check the values of an environment, and print them merged over its profile")
    .argument("<env>", "name of the environment")
    .option("--effective", "fill in every default")
    .option("--json", "print JSON instead of YAML")
    .action((env: string, options: ValuesOptions & { effective?: boolean; json?: boolean }) => {
      const environments = environmentsOf([env], options);
      const { check }: typeof import("../stacks/app") = require("../stacks/app");
      check(environments);
      for (const environment of environments) {
        const shown = options.effective ? environment.values : environment.merged;
        process.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown, { lineWidth: 0 }));
      }
    });
}
