import type { Line, Monitoring } from "./monitoring";
import type { Panel } from "./rules";

/** Of Grafana's grid, in pixels. */
const COLUMN = 46;
const ROW = 32;
const HEAD = 48;
const STEP_SECONDS = 15;
const COLORS = ["#2563af", "#d97706", "#15803d", "#b91c1c", "#7c3aed", "#0e7490"];

/**
 * Our own drawing of a dashboard, not Grafana's: at each panel's place what its queries answer, over the time from
 * `from` to `to`, in seconds since 1970.
 */
export async function dashboardPicture(
  monitoring: Monitoring,
  { title, panels }: { readonly title: string; readonly panels: readonly Panel[] },
  from: number,
  to: number,
): Promise<string> {
  const answers = await Promise.all(
    panels.map(panel =>
      Promise.all(
        panel.targets.map(async ({ expr, legendFormat }) =>
          (await monitoring.range(expr, from, to, STEP_SECONDS)).map(line => ({
            line,
            name: nameOf(legendFormat, line),
          })),
        ),
      ).then(lists => lists.flat()),
    ),
  );
  const places = panels.map(({ gridPos: { x, y, w, h } }) => ({
    left: x * COLUMN + 8,
    top: y * ROW + HEAD,
    width: w * COLUMN,
    height: h * ROW,
  }));
  const drawn = panels.map((panel, i) => draw(panel, answers[i] ?? [], places[i] as Place, i, from));
  const { renderSvg }: typeof import("../../../bundles/chart-lib.cjs") = require("../../../bundles/chart-lib.cjs");
  return renderSvg(
    {
      animation: false,
      backgroundColor: "#fff",
      aria: { enabled: true },
      title: [{ text: title, left: 16, top: 8 }, ...drawn.flatMap(one => one.titles)],
      legend: drawn.flatMap(one => one.legend),
      grid: drawn.map(one => one.grid),
      xAxis: drawn.map(one => one.xAxis),
      yAxis: drawn.map(one => one.yAxis),
      series: drawn.flatMap(one => one.series),
    },
    {
      width: 24 * COLUMN + 16,
      height: Math.max(...places.map(({ top, height }) => top + height)) + 16,
    },
  );
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Answer {
  readonly line: Line;
  readonly name: string;
}

function draw(panel: Panel, answers: readonly Answer[], { left, top, width, height }: Place, i: number, from: number) {
  const single = panel.type === "stat";
  const names = answers.map(({ name }) => name);
  const last = answers[0]?.line.values.at(-1)?.[1];
  return {
    titles: [
      { text: panel.title, left: left + 8, top: top + 4, textStyle: { fontSize: 13 } },
      ...(single || answers.length === 0
        ? [
            {
              text: last === undefined ? "no data" : `${Math.round(Number(last) * 100) / 100}`,
              left: left + 8,
              top: top + 36,
              textStyle: { fontSize: single ? 32 : 13 },
            },
          ]
        : []),
    ],
    legend: single
      ? []
      : [
          {
            data: names,
            left: left + 8,
            top: top + height - 30,
            width: width - 16,
            itemHeight: 8,
            itemWidth: 14,
            textStyle: { fontSize: 10 },
          },
        ],
    grid: { left: left + 52, top: top + 32, width: width - 76, height: height - 84, show: false },
    xAxis: {
      gridIndex: i,
      type: "value",
      min: 0,
      show: !single,
      axisLabel: { formatter: "{value} min", fontSize: 10 },
      splitLine: { show: false },
    },
    yAxis: { gridIndex: i, type: "value", show: !single, axisLabel: { fontSize: 10 } },
    series: single
      ? []
      : answers.map(({ line, name }, at) => ({
          name,
          type: "line",
          xAxisIndex: i,
          yAxisIndex: i,
          showSymbol: false,
          step: panel.type === "state-timeline" ? "end" : false,
          lineStyle: { width: 1.2 },
          color: COLORS[at % COLORS.length],
          data: points(line, from),
        })),
  };
}

/** Minutes and values; a line breaks where there was no answer. */
const points = ({ values }: Line, from: number) =>
  values.flatMap(([time, value], i) => {
    const minutes = (time - from) / 60;
    const gap = i > 0 && time - (values[i - 1]?.[0] ?? 0) > STEP_SECONDS;
    return [...(gap ? [[minutes, null]] : []), [minutes, Number(value)]];
  });

const nameOf = (format: string, { metric }: Line) =>
  format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? "") || Object.values(metric).join(" ");
