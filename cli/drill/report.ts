import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../../manifests/hidden";
import { orNameAnother } from "../output";
import { writeWhole } from "../write-whole";
import { drillChart } from "./chart";
import { distribution } from "./gaps";
import { HARMS } from "./harm";
import type { Drill, Objective } from "./result";
import { LOOK_MS } from "./watch";

export interface Verdict {
  readonly rounds: number;
  /** Gaps in seconds. */
  readonly p50: number;
  /** From 20 rounds on; below, the longest gap is compared with the objective's p95. */
  readonly p95?: number;
  readonly max: number;
  readonly objective: Objective;
  readonly withinObjective: boolean;
  readonly twoLeaders: boolean;
  readonly heightConflicts: number;
  /** Members whose height went down. */
  readonly fallen: readonly string[];
  readonly passed: boolean;
}

export function verdictOf({ rounds, objective }: Drill): Verdict {
  const { n, p50, p95, max } = distribution(rounds.map(({ gap }) => gap.ms / 1000));
  const withinObjective = p50 <= objective.p50 && (p95 ?? max) <= objective.p95;
  const twoLeaders = rounds.some(({ overlaps }) => overlaps.length > 0);
  const heightConflicts = rounds.reduce((sum, { conflicts }) => sum + conflicts.length, 0);
  const fallen = [...new Set(rounds.flatMap(({ decreases }) => decreases))];
  return {
    rounds: n,
    p50,
    ...(p95 !== undefined && { p95 }),
    max,
    objective,
    withinObjective,
    twoLeaders,
    heightConflicts,
    fallen,
    passed: withinObjective && !twoLeaders && heightConflicts === 0 && fallen.length === 0,
  };
}

/** The result in one line, for the terminal and the report. */
export function verdictText({ p50, p95, max, objective, ...verdict }: Verdict): string {
  const gaps = [`p50 ${seconds(p50)}`, ...(p95 === undefined ? [] : [`p95 ${seconds(p95)}`]), `max ${seconds(max)}`];
  return [
    `${gaps.join("  ")}  objective ${objective.p50} s / ${objective.p95} s: ` +
      (verdict.withinObjective ? "met" : "MISSED"),
    `two leaders: ${verdict.twoLeaders ? "YES" : "never"}`,
    `height conflicts: ${verdict.heightConflicts || "none"}`,
    ...(verdict.fallen.length > 0 ? [`heights that fell: ${verdict.fallen.join(", ")}`] : []),
  ].join("    ");
}

export const seconds = (value: number) => `${value.toFixed(2)} s`;

/** Writes a report as Markdown, and a picture of the round with the longest gap. @returns the report's file */
export function writeReport(folder: string, drill: Drill): string {
  const { target, kind, startedAt } = drill;
  const name = `${startedAt.toISOString().slice(0, 19).replaceAll(":", "")}Z-${target.environment.name}-${kind}`;
  const file = join(folder, `${name}.md`);
  orNameAnother(file, "folder", "--out", () => mkdirSync(folder, { recursive: true }));
  writeWhole(
    [
      { file: join(folder, `${name}.svg`), text: drillChart(drill) },
      { file, text: reportText(drill, `${name}.svg`) },
    ],
    "folder",
    "--out",
  );
  return file;
}

function reportText(drill: Drill, picture: string): string {
  const { target, cluster, who, kind, startedAt, rounds } = drill;
  const { environment, namespace, name, engine, members } = target;
  const verdict = verdictOf(drill);
  const rows = rounds.map(({ leader, heir, gap, overlaps, conflicts, samples, faultAt, end }, i) => [
    i + 1,
    leader,
    heir ?? "nobody",
    seconds(gap.ms / 1000),
    samples.reduce((highest, { t, height = 0 }) => (t >= faultAt && t <= end ? Math.max(highest, height) : highest), 0),
    overlaps.length === 0
      ? "never"
      : overlaps.map(({ members, ms }) => `${members.join(" and ")}, ${Math.round(ms)} ms`).join("; "),
    conflicts.length === 0 ? "none" : conflicts.map(({ height }) => height).join(", "),
  ]);
  return `${[
    `# Drill: ${kind}, ${environment.name}: ${verdict.passed ? "passed" : "FAILED"}`,
    "",
    `${startedAt.toISOString()}, by ${oneLine(who)}, on ${oneLine(cluster)}. ` +
      `Sequencer ${namespace}/${name} (${engine.name}, ${members.length} members), ` +
      `${rounds.length} rounds: ${HARMS[kind].text}.`,
    "",
    verdictText(verdict),
    "",
    "| round | leader before | leader after | longest gap | height | two leaders | height conflicts |",
    "| ----- | ------------- | ------------ | ----------- | ------ | ----------- | ---------------- |",
    ...rows.map(row => `| ${row.join(" | ")} |`),
    "",
    "Gap: the longest time without a new highest block on any member, from the fault on; " +
      `every member was asked each ${LOOK_MS} ms, through a port forward, ` +
      "so a gap can be that much longer or shorter. " +
      "Two leaders: members that say so of themselves at one time. " +
      "Height conflicts: heights of which two different blocks were seen, all members compared.",
    "",
    `![Height of every member over time, in the round with the longest gap](${picture})`,
  ].join("\n")}\n`;
}
