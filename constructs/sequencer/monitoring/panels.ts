/** A series of a graph, and its legend. */
export type Query = readonly [expr: string, legend: string];
/** A panel of the dashboard, before it is placed. */
export type Panel = { readonly title: string; readonly type: string; readonly width: number } & Record<string, unknown>;

/** Terraform would read `${…}` as its own; Grafana takes the name without braces too. */
const DATASOURCE = { type: "prometheus", uid: "$datasource" } as const;

/** Red below the value that is meant, green from it on. */
export function red(below: number): { color: string; value: number | null }[] {
  return [
    { color: "red", value: null },
    { color: "green", value: below },
  ];
}

/** One number, coloured by steps. */
export function stat(title: string, expr: string, steps: readonly object[]): Panel {
  return {
    title,
    type: "stat",
    width: 6,
    targets: targets([[expr, ""]]),
    options: {
      colorMode: steps.length > 0 ? "background" : "none",
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    },
    fieldConfig: {
      defaults: {
        thresholds: { mode: "absolute", steps: steps.length > 0 ? steps : [{ color: "text", value: null }] },
      },
      overrides: [],
    },
  };
}

/** Series over time. */
export function graph(title: string, unit: string, queries: readonly Query[], width = 12): Panel {
  return {
    title,
    type: "timeseries",
    width,
    targets: targets(queries),
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "multi", sort: "none" },
    },
    fieldConfig: { defaults: { unit, custom: { lineWidth: 1, fillOpacity: 0, showPoints: "never" } }, overrides: [] },
  };
}

function targets(queries: readonly Query[]): object[] {
  return queries.map(([expr, legendFormat], i) => ({
    refId: "ABCDEFGH"[i],
    datasource: DATASOURCE,
    expr,
    legendFormat,
  }));
}

/** From left to right on Grafana's 24 columns, and down. */
export function placed(all: readonly Panel[]): object[] {
  let [x, y, lowest] = [0, 0, 0];
  return all.map(({ width, ...panel }, i) => {
    const h = panel.type === "stat" ? 4 : 7;
    if (x + width > 24) [x, y] = [0, lowest];
    const gridPos = { x, y, w: width, h };
    x += width;
    lowest = Math.max(lowest, y + h);
    return { id: i + 1, datasource: DATASOURCE, gridPos, ...panel };
  });
}
