import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import type { Environment } from "../../values/load/load";
import { clusterText } from "../../values/load/state";
import { environmentsOf, type ValuesOptions, withValues } from "../environments";
import { orNameAnother } from "../output";
import { writeWhole } from "../write-whole";

interface ReportOptions extends ValuesOptions {
  readonly out?: string;
  readonly format: "html" | "mermaid";
}

/** `rollup-network report`: an environment on one page. */
export function registerReport(program: Command): void {
  withValues(program.command("report"))
    .description("write an environment as one HTML page: topology, identities, volumes, policies, warnings")
    .argument("<env>", "name of the environment")
    .option("--out <file>", "write to this file, - for stdout (default: reports/<env>.html; stdout for mermaid)")
    .addOption(
      new Option("--format <format>", "choose the format: a page, or the topology for Markdown")
        .choices(["html", "mermaid"])
        .default("html"),
    )
    .addHelpText(
      "after",
      `
The command reads only the values, and needs no cluster. The page loads nothing, can be printed, and is the same for the
same values.`,
    )
    .action(async (name: string, { out, format, ...options }: ReportOptions) => {
      const [environment] = environmentsOf([name], options) as [Environment];
      const text = format === "html" ? pageOf(environment) : chartOf(environment);
      const file = out ?? (format === "html" ? join("reports", `${name}.html`) : "-");
      if (file === "-") process.stdout.write(text);
      else console.log(write(file, text));
    });
}

function pageOf(environment: Environment): string {
  const { toHtml }: typeof import("../../report/html") = require("../../report/html");
  const { findingsOf }: typeof import("./lint-findings") = require("./lint-findings");
  const stacks = stacksOf(environment);
  const findings = findingsOf(
    environment,
    stacks.map(({ manifests }) => manifests),
  );
  return toHtml({ environment: environment.name, facts: factsOf(environment), stacks, findings });
}

function chartOf(environment: Environment): string {
  const { toMermaid }: typeof import("../../report/mermaid") = require("../../report/mermaid");
  const { topologyOf }: typeof import("../../report/topology") = require("../../report/topology");
  return toMermaid(topologyOf(stacksOf(environment).map(({ manifests }) => manifests)));
}

function stacksOf(environment: Environment) {
  const { rendered }: typeof import("../manifests") = require("../manifests");
  const { summaryOf }: typeof import("../../stacks/summary") = require("../../stacks/summary");
  return rendered([environment], stacks =>
    stacks.map(({ stack, manifests }) => ({ summary: summaryOf(stack), manifests })),
  ).flat();
}

function factsOf({ file, values }: Environment): [string, string][] {
  return [
    ["Values", `${file}, profile ${values.profile}${values.protected ? ", protected" : ""}`],
    ["Cluster", clusterText(values)],
  ];
}

function write(file: string, text: string): string {
  orNameAnother(file, "file", "--out", () => mkdirSync(dirname(file), { recursive: true }));
  writeWhole([{ file, text }], "file", "--out");
  return file;
}
