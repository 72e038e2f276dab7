import Table from "cli-table3";
import type { Aim, Comparison, Results } from "./results";

const HEAD = ["", "ours s", "base s", "×", "ours CPU s", "base CPU s", "×", "ours MiB", "base MiB", "×"];

/** The results for a terminal. */
export function asTable(results: Results): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] }, colAligns: HEAD.map((_, i) => (i ? "right" : "left")) });
  table.push(...rows(results));
  return [title(results), table.toString(), ...growthLines(results), ...results.aims.map(aimLine)].join("\n");
}

/** The same as a Markdown document. */
export function asMarkdown(results: Results): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = HEAD.map((_, i) => (i ? "--:" : "---"));
  const list = [...growthLines(results), ...results.aims.map(aimLine)].map(text => `- ${text}`);
  return ["# Bench", "", title(results), "", ...[HEAD, rule, ...rows(results)].map(line), "", ...list, ""].join("\n");
}

function title({ runs, machine }: Results): string {
  return `Whole processes through tsx, by turns, medians of ${runs} runs; ${machine}.`;
}

function rows({ constructs, start }: Results): string[][] {
  return [
    ...constructs.map(each => row(`constructs / raw classes, ${counted(each.environments)}`, each)),
    row("npm start / only loading the classes", start),
  ];
}

function counted(environments: number): string {
  return environments === 1 ? "1 environment" : `${environments} environments`;
}

function row(name: string, { ours, base, ratio }: Comparison): string[] {
  return [
    name,
    ...[ours.seconds, base.seconds, ratio.seconds].map(value => value.toFixed(2)),
    ...[ours.cpuSeconds, base.cpuSeconds, ratio.cpuSeconds].map(value => value.toFixed(2)),
    ...[ours.peakMiB, base.peakMiB].map(value => value.toFixed(0)),
    ratio.peakMiB.toFixed(2),
  ];
}

function growthLines({ growth }: Results): string[] {
  return growth.map(
    ({ from, to, oursMs, baseMs }) =>
      `CPU time of one more environment, between ${from} and ${to}: ours ${oursMs.toFixed(1)} ms, raw ${baseMs.toFixed(1)} ms`,
  );
}

function aimLine({ aim, measured, met }: Aim): string {
  return `${met ? "✓" : "✗"} ${aim}: ${measured}`;
}
