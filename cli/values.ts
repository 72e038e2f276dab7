import type { Command } from "commander";
import { stringify } from "yaml";
import { YAML_AS_GIVEN } from "../constructs/kubernetes/yaml-as-given";
import type { Environment } from "../values/load/environment";
import { effectiveText, effectiveValues } from "./effective";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";

/** `rollup-network values`: an environment's values, checked and merged. */
export function registerValues(program: Command): void {
  withValues(program.command("values"))
    .description("check the values of an environment, and print them merged over its profile")
    .argument("<env>", "name of the environment")
    .option("--effective", "fill in every default, and merge what the levels of `kubernetes` say")
    .option("--json", "print JSON instead of YAML")
    .action((env: string, options: ValuesOptions & { effective?: boolean; json?: boolean }) => {
      const environments = environmentsOf([env], options);
      const { check }: typeof import("../stacks/app") = require("../stacks/app");
      check(environments);
      const { valuesOf, textOf } = options.effective ? EFFECTIVE : MERGED;
      for (const environment of environments) {
        const text = options.json ? `${JSON.stringify(valuesOf(environment), null, 2)}\n` : textOf(environment);
        process.stdout.write(text);
      }
    });
}

const EFFECTIVE = { valuesOf: effectiveValues, textOf: effectiveText };
const MERGED = {
  valuesOf: ({ merged }: Environment) => merged,
  textOf: ({ merged }: Environment) => stringify(merged, YAML_AS_GIVEN),
};
