import type { Command } from "commander";
import { type Environment, type LoadOptions, loadEnvironments } from "../values/load/load";

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

/** Where environments are loaded from: those that are named, or all. */
export function loadOptions(names: readonly string[], { values, set }: ValuesOptions): LoadOptions {
  return { dir: values, set, ...(names.length > 0 && { names }) };
}

export function environmentsOf(names: readonly string[], options: ValuesOptions): Environment[] {
  return loadEnvironments(loadOptions(names, options));
}
