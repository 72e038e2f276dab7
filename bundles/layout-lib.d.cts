/** What `tools/bundle.mjs` puts into `layout-lib.cjs`. */

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Places a directed graph with dagre: nodes inside their parents, labels on edges, in the order given. */
export declare function layout(graph: {
  readonly nodes: readonly ({ readonly id: string; readonly parent?: string } & Partial<Size>)[];
  readonly edges: readonly ({ readonly from: string; readonly to: string } & Size)[];
  /** @see https://github.com/dagrejs/dagre/wiki#configuring-the-layout */
  readonly options: Readonly<Record<string, string | number>>;
}): Size & {
  /** By their centres. */
  readonly nodes: readonly (Point & Size)[];
  /** Their lines, and the centres of their labels. */
  readonly edges: readonly (Point & { readonly points: readonly Point[] })[];
};
