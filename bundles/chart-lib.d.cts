/** What `tools/bundle.mjs` puts into `chart-lib.cjs`. */

/** Renders an option of Apache ECharts (line charts, title, legend, marked lines and areas) as SVG. */
export declare function renderSvg(option: object, size: { readonly width: number; readonly height: number }): string;
