import type { Command } from "commander";
import { stringify } from "yaml";
import { effectiveText, effectiveValues } from "./effective";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";

/** `rollup-network values`: an environment's values, merged. */
export function registerValues(program: Command): void {
  withValues(program.command("values"))
    .description("print the values of an environment, merged over its profile")
    .argument("<env>", "name of the environment")
    .option("--effective", "fill in every default, and merge what the levels of `kubernetes` say")
    .option("--json", "print JSON instead of YAML")
    .action((env: string, options: ValuesOptions & { effective?: boolean; json?: boolean }) => {
      for (const environment of environmentsOf([env], options)) {
        const shown = options.effective ? effectiveValues(environment) : environment.merged;
        if (options.json) process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
        else process.stdout.write(options.effective ? effectiveText(environment) : stringify(shown, { lineWidth: 0 }));
      }
    });
}
