import { rmSync } from "node:fs";
import type { Command } from "commander";
import type { Located } from "../../lint/sarif";
import { version } from "../../package.json";
import { type ValuesOptions, withValues } from "../environments";
import { temporaryFolder } from "../temporary";
import { work } from "../work/work";
import { writeWhole } from "../write-whole";
import { countsOf, lintReport } from "./lint-report";

interface LintOptions extends ValuesOptions {
  readonly json?: boolean;
  readonly sarif?: string;
  readonly strict?: boolean;
}

export function registerLint(program: Command): void {
  withValues(program.command("lint"))
    .description("check manifests against the rules of docs/lint-rules.md")
    .argument("[env...]", "names of environments (default: all in the values folder)")
    .option("--strict", "fail on warnings too")
    .option("--sarif <file>", "write the findings as SARIF 2.1.0, for code scanning")
    .option("--json", "print JSON, with notes and waived findings")
    .addHelpText(
      "after",
      `
The command needs no cluster. To accept a finding for a while, add a waiver with a reason and a last day to the values
(lint.waivers).
Exit code: 0 without errors; 2 with errors, and with --strict also on warnings; 1 if the values or options are wrong.`,
    )
    .action(async (names: string[], options: LintOptions) => {
      const { environments, findings } = await lintEnvironments(names, options);
      if (options.sarif) writeSarif(options.sarif, findings);
      const counts = countsOf(findings);
      if (options.json) console.log(JSON.stringify({ environments, counts, findings }, null, 2));
      else console.log(lintReport(environments, findings, options.sarif));
      process.exitCode = counts.error > 0 || (options.strict && counts.warning > 0) ? 2 : 0;
    });
}

/** The framework needs a folder, in which nothing is written here. */
async function lintEnvironments(names: readonly string[], options: ValuesOptions) {
  const outdir = temporaryFolder("");
  try {
    const { environments, results } = await work("lint", names, options, outdir);
    return { environments, findings: results.flat() };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function writeSarif(file: string, findings: readonly Located[]): void {
  const { toSarif }: typeof import("../../lint/sarif") = require("../../lint/sarif");
  const text = `${JSON.stringify(toSarif(findings, version), null, 2)}\n`;
  writeWhole([{ file, text }], "file", "--sarif");
}
