import type { Drill } from "./result";
import type { Round } from "./rounds";

const SIZE = { width: 900, height: 420 };
/** Shown before the fault and after the end of the gap, in seconds. */
const MARGIN_S = 3;

/** Every member's height over time as SVG, in the round with the longest gap. The fault is a line, the gap an area. */
export function drillChart({ target, kind, rounds }: Drill): string {
  const round = rounds.reduce((longest, each) => (each.gap.ms > longest.gap.ms ? each : longest));
  const at = (t: number) => Math.round(t - round.faultAt) / 1000;
  const [from, to] = [-MARGIN_S, Math.max(at(round.gap.to), 0) + MARGIN_S];
  const lines = target.members.map(member => ({ member, points: points(round, member, at, from, to) }));
  const mark = {
    silent: true,
    markLine: {
      symbol: "none",
      lineStyle: { color: "#c00", type: "solid" },
      label: { formatter: kind, color: "#c00" },
      data: [{ xAxis: 0 }],
    },
    markArea: {
      itemStyle: { color: "rgba(200, 0, 0, 0.12)" },
      label: { position: "insideBottom", formatter: `${(round.gap.ms / 1000).toFixed(2)} s without a block` },
      data: [[{ xAxis: at(round.gap.from) }, { xAxis: at(round.gap.to) }]],
    },
  };
  const { renderSvg }: typeof import("../../bundles/chart-lib.cjs") = require("../../bundles/chart-lib.cjs");
  return renderSvg(
    {
      animation: false,
      backgroundColor: "#fff",
      aria: { enabled: true },
      title: {
        text: `${target.environment.name}: ${kind} of ${round.leader}, round ${rounds.indexOf(round) + 1}`,
        left: 16,
        top: 8,
      },
      legend: { top: 10, right: 16 },
      grid: { left: 80, right: 24, top: 56, bottom: 48 },
      xAxis: {
        type: "value",
        min: from,
        max: to,
        name: "seconds after the fault",
        nameLocation: "middle",
        nameGap: 28,
      },
      yAxis: { type: "value", name: "height", scale: true, minInterval: 1 },
      series: lines.map(({ member, points }, i) => ({
        name: member,
        type: "line",
        step: "end",
        symbol: "none",
        data: points,
        ...(i === 0 && mark),
      })),
    },
    SIZE,
  );
}

/** A member's heights in a span of time; nothing while it did not answer. */
function points(
  { samples }: Round,
  member: string,
  at: (t: number) => number,
  from: number,
  to: number,
): [number, number | null][] {
  const own = samples.filter(sample => sample.member === member && sample.kind === "block");
  const before = own.findLast(({ t }) => at(t) < from);
  const within = own.filter(({ t }) => at(t) >= from && at(t) <= to);
  const height = (sample?: { height?: number }) => sample?.height ?? null;
  const last = within.at(-1) ?? before;
  return [
    [from, height(before)],
    ...within.map((sample): [number, number | null] => [at(sample.t), height(sample)]),
    [to, height(last)],
  ];
}
