import { plainTable } from "../cli/table";
import { type Aim, aimsOf, like, perEnvironment, RAW, type Results, type Row, rowsOf } from "./results";

const HEAD = ["", "environments", "wall s", "CPU s", "MiB", "CPU × raw"];

/** The results for a terminal. */
export function asTable(results: Results): string {
  const tables = sections(results).map(([title, rows]) => `${title}\n${plainTable(HEAD, cells(rows))}\n`);
  return [
    heading(results),
    ...tables,
    ...growthLines(results),
    ...aimsOf(results).map(aimLine),
    ...missingLines(results),
  ].join("\n");
}

/** The same as a Markdown document. */
export function asMarkdown(results: Results): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = HEAD.map((_, i) => (i ? "--:" : "---"));
  const tables = sections(results).flatMap(([title, rows]) => [
    `## ${title}`,
    "",
    ...[HEAD, rule, ...cells(rows)].map(line),
    "",
  ]);
  const list = (lines: readonly string[]) => lines.map(text => `- ${text}`);
  return [
    ...["# Bench", "", heading(results), "", ...tables],
    ...[
      "## Growth and aims",
      "",
      ...list(growthLines(results)),
      ...list(aimsOf(results).map(aimLine)),
      ...list(missingLines(results)),
      "",
    ],
  ].join("\n");
}

function heading({ runs, machine }: Results): string {
  const medians = `medians of ${runs} runs, of ${LARGE} environments or more a single run`;
  return `Whole processes by turns, ${medians}; ${machine}.`;
}

export const LARGE = 1000;

function sections({ synthesis, commands, starts, types }: Results): [title: string, rows: readonly Row[]][] {
  return [
    ["Environments of 6 workloads and 43 objects each", synthesis],
    ["Commands, on as many values files", commands],
    ["Programs that start", starts],
    ["Type-checking an app", types],
  ];
}

function cells(rows: readonly Row[]): string[][] {
  return rows.map(row => {
    const raw = like(rows, RAW, row);
    return [
      row.what,
      row.environments === undefined ? "" : String(row.environments),
      row.seconds.toFixed(2),
      row.cpuSeconds.toFixed(2),
      row.peakMiB?.toFixed(0) ?? "–",
      raw ? (row.cpuSeconds / raw.cpuSeconds).toFixed(2) : "",
    ];
  });
}

function growthLines({ synthesis, commands }: Results): string[] {
  const sides: [string, readonly Row[]][] = [
    ...[...new Set(synthesis.map(({ what }) => what))].map((what): [string, Row[]] => [what, rowsOf(synthesis, what)]),
    ["the command synth", rowsOf(commands, "synth")],
  ];
  return sides.map(([what, rows]) => {
    const steps = rows.slice(1).map((to, i) => {
      const from = rows[i] as Row;
      return `${(perEnvironment(from, to) * 1000).toFixed(1)} ms between ${from.environments} and ${to.environments}`;
    });
    return `CPU time of one more environment, ${what}: ${steps.join(", ")}`;
  });
}

const aimLine = ({ aim, measured, met }: Aim) => `${met ? "✓" : "✗"} ${aim}: ${measured}`;
const missingLines = ({ missing }: Results) => missing.map(what => `not measured, since it is not installed: ${what}`);
