import type { Command } from "commander";
import { type Environment, loadEnvironments } from "../values/load/load";

export interface ValuesOptions {
  readonly values: string;
  readonly set: string[];
}

/** The options by which every command finds its environments. */
export function withValues(command: Command): Command {
  return command
    .option("--values <dir>", "read environments from this folder, one file for each", "values")
    .option(
      "--set <path=value>",
      "set one value over the files, for this run; repeat it for each value",
      (text: string, all: string[]) => [...all, text],
      [],
    );
}

export function environmentsOf(names: readonly string[], { values, set }: ValuesOptions): Environment[] {
  return loadEnvironments({ dir: values, set, ...(names.length > 0 && { names }) });
}
