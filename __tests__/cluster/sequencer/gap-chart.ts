import { distribution } from "../../../cli/drill/gaps";

/** The gaps of one drill, in seconds. */
export interface Gaps {
  readonly drill: string;
  readonly seconds: readonly number[];
}

const ROW = 44;

/** SVG: a row a drill, a dot a round, a bar at the median. */
export function gapChart(title: string, gaps: readonly Gaps[]): string {
  const { renderSvg }: typeof import("../../../bundles/chart-lib.cjs") = require("../../../bundles/chart-lib.cjs");
  const points = (
    name: string,
    symbol: string,
    symbolSize: number | number[],
    color: string,
    of: (gaps: Gaps) => number[],
  ) => ({
    name,
    type: "line",
    lineStyle: { opacity: 0 },
    symbol,
    symbolSize,
    itemStyle: { color },
    data: gaps.flatMap(each => of(each).map(seconds => [seconds, each.drill])),
  });
  return renderSvg(
    {
      animation: false,
      backgroundColor: "#fff",
      aria: { enabled: true },
      title: { text: title, left: 16, top: 8 },
      legend: { top: 36, left: 16 },
      grid: { left: 320, right: 32, top: 72, bottom: 48 },
      xAxis: {
        type: "value",
        min: 0,
        name: "longest time without a block, in seconds",
        nameLocation: "middle",
        nameGap: 28,
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: gaps.map(({ drill }) => drill),
        axisLabel: { width: 290, overflow: "break" },
      },
      series: [
        points("a round", "circle", 9, "rgba(37, 99, 175, 0.55)", ({ seconds }) => [...seconds]),
        points("median", "rect", [3, 26], "#c00", ({ seconds }) => [distribution(seconds).p50]),
      ],
    },
    { width: 900, height: 120 + ROW * gaps.length },
  );
}
