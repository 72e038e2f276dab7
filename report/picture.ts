import { type Connection, labelOf } from "./connection";
import { type Markup, markup } from "./markup";
import type { Node } from "./nodes";

/** What a picture shows: some nodes of a topology, and connections with their numbers in the list beside it. */
export interface Scene {
  /** Unique on the page: ids of title and description begin with it. */
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly Node[];
  readonly connections: readonly { readonly number: number; readonly connection: Connection }[];
}

/** Width of a character of a monospaced font, as a share of its height. Fonts differ by 2 %. */
const ADVANCE = 0.61;
const FONT = { name: 14, text: 12 };
const LINE = 16;
const PADDING = 10;

/** The smallest scale of a picture; below it the picture scrolls. Its texts are then 9.6 pixels high. */
const SMALLEST = 0.8;

/** A picture twice: with ports on its lines, and for narrow screens with only the numbers. The page shows one. */
export function picturesOf(whole: Scene): Markup {
  const { scene, numbers } = withHostsTogether(whole);
  const { id, connections } = scene;
  const labelled = connections.map(({ connection }, i) => `${numbers[i]} · ${labelOf(connection)}`);
  const numbered = connections.map(
    ({ connection: { verdict } }, i) => `${numbers[i]}${verdict === "denied" ? " NOT ALLOWED" : ""}`,
  );
  return markup`${pictureOf(scene, "desk", labelled)}${pictureOf({ ...scene, id: `${id}-narrow` }, "phone", numbered)}`;
}

/** Hosts that the same nodes call in the same way are one box, and their lines one each, with the numbers of all. */
function withHostsTogether(scene: Scene): { readonly scene: Scene; readonly numbers: readonly string[] } {
  const callsOf = ({ id }: Node) =>
    scene.connections
      .filter(({ connection: { from, to } }) => from.id === id || to.id === id)
      .map(({ connection }) => `${connection.from.id} ${connection.kind} ${connection.verdict} ${labelOf(connection)}`)
      .join();
  const hosts = grouped(
    scene.nodes.filter(({ kind }) => kind === "host"),
    callsOf,
  );
  const first = new Map(hosts.flatMap(same => same.map(({ id }) => [id, same[0]?.id ?? id] as const)));
  const at = ({ id }: Node) => first.get(id) ?? id;
  const nodes = scene.nodes
    .filter(node => at(node) === node.id)
    .map(node => {
      const others = scene.nodes.filter(other => other !== node && at(other) === node.id);
      return { ...node, details: [...node.details, ...others.map(({ name, kind }) => ({ title: name, text: kind }))] };
    });
  const lines = grouped(scene.connections, ({ number, connection }) => {
    const { from, to, kind } = connection;
    return first.has(to.id) ? `${from.id} ${kind} ${at(to)} ${labelOf(connection)}` : String(number);
  });
  return {
    scene: { ...scene, nodes, connections: lines.flatMap(([one]) => one ?? []) },
    numbers: lines.map(same => same.map(({ number }) => number).join(", ")),
  };
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

/** A picture as SVG, placed by dagre. Its colours are classes of the page, and no fact is shown only by colour. */
function pictureOf({ id, title, nodes, connections }: Scene, style: string, labels: readonly string[]): Markup {
  const { layout }: typeof import("../bundles/layout-lib.cjs") = require("../bundles/layout-lib.cjs");
  const namespaces = [...new Set(nodes.flatMap(({ namespace }) => namespace ?? []))];
  const parent = (namespace: string) => `namespace ${namespace}`;
  const placed = layout({
    nodes: [
      ...namespaces.map(namespace => ({ id: parent(namespace) })),
      ...nodes.map(node => ({
        id: node.id,
        ...sizeOf(node),
        ...(node.namespace && { parent: parent(node.namespace) }),
      })),
    ],
    edges: connections.map(({ connection: { from, to } }, i) => ({
      from: from.id,
      to: to.id,
      width: textWidth(labels[i] ?? "", FONT.text) + PADDING,
      height: LINE + 4,
    })),
    options: { rankdir: "TB", nodesep: 28, ranksep: 34, edgesep: 16, marginx: 8, marginy: 2 * LINE },
  });
  const { width, height } = placed;
  const boxOf = ({ id }: Node) => placed.nodes[namespaces.length + nodes.findIndex(node => node.id === id)] as Box;
  const placedEdges = connections.map(({ connection: { from, to } }, i): Edge => {
    const edge = placed.edges[i] as Edge;
    return from.id === to.id ? loop(boxOf(from), textWidth(labels[i] ?? "", FONT.text)) : edge;
  });
  const [wide, high] = [round(width), round(height)];
  const size = markup`viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}"`;
  const counts = `${nodes.length} nodes and ${connections.length} connections`;
  const labelledBy = markup`aria-labelledby="${id}-title ${id}-desc"`;
  return markup`<svg class="${style}" style="min-width: ${round(SMALLEST * width)}px" ${size} role="img" ${labelledBy}>
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${counts}; the table after the picture lists every connection.</desc>
${namespaces.map((namespace, i) => group(namespace, placed.nodes[i] as Box))}
${connections.map(({ connection }, i) => line(connection, placedEdges[i]?.points ?? []))}
${nodes.map((node, i) => box(node, placed.nodes[namespaces.length + i] as Box))}
${connections.map(({ connection }, i) => label(connection, labels[i] ?? "", placedEdges[i] as Point))}
</svg>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Edge extends Point {
  readonly points: readonly Point[];
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

function sizeOf({ name, kind, details }: Node): { width: number; height: number } {
  const widths = [
    textWidth(name, FONT.name),
    textWidth(kind, FONT.text),
    ...details.flatMap(({ title, text }) => [textWidth(title, FONT.text), textWidth(text, FONT.text)]),
  ];
  return { width: Math.max(...widths) + 2 * PADDING, height: LINE * (2 + 2 * details.length) + 2 * PADDING };
}

function group(namespace: string, { x, y, width, height }: Box): Markup {
  const [left, top] = [x - width / 2, y - height / 2];
  const text = markup`<text ${at(left + 8, top - 5)}>${namespace}</text>`;
  return markup`<g class="namespace">${rect(left, top, width, height, 6)}${text}</g>`;
}

function box({ name, kind, namespace, details }: Node, { x, y, width, height }: Box): Markup {
  const [left, top] = [x - width / 2, y - height / 2];
  const lines = [
    { text: name, style: "name" },
    { text: kind, style: "kind" },
    ...details.flatMap(({ title, text }) => [
      { text: title, style: "title" },
      { text, style: "text" },
    ]),
  ];
  const texts = lines.map(({ text, style }, i) => {
    const place = at(left + PADDING, top + PADDING + LINE * i + 12);
    return markup`<text class="${style}" ${place}>${text}</text>`;
  });
  return markup`<g class="${namespace ? "own" : "outside"}">${rect(left, top, width, height, 4)}${texts}</g>
`;
}

function line({ kind, verdict }: Connection, points: readonly Point[]): Markup {
  return markup`<g class="${classOf(kind, verdict)}"><path d="${pathOf(points)}"/>${head(points)}</g>
`;
}

function label({ kind, verdict }: Connection, text: string, { x, y }: Point): Markup {
  const width = textWidth(text, FONT.text) + PADDING;
  const frame = rect(x - width / 2, y - LINE / 2 - 2, width, LINE + 4, 3);
  const inner = markup`<text ${at(x, y + 4)} text-anchor="middle">${text}</text>`;
  return markup`<g class="label ${classOf(kind, verdict)}">${frame}${inner}</g>
`;
}

const at = (x: number, y: number) => markup`x="${round(x)}" y="${round(y)}"`;

function rect(left: number, top: number, width: number, height: number, radius: number): Markup {
  return markup`<rect ${at(left, top)} width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
}

/** Out of a box, around a label beside it and back. dagre leaves room there, but puts the label at its far end. */
function loop({ x, y, width }: Box, label: number): Edge {
  const right = x + width / 2;
  const middle = right + 2 * PADDING + label / 2;
  const corner = (x: number, side: 1 | -1) => ({ x, y: y + side * LINE });
  return { x: middle, y, points: [corner(right, -1), corner(middle, -1), corner(middle, 1), corner(right, 1)] };
}

const classOf = (kind: Connection["kind"], verdict: Connection["verdict"]) =>
  `edge ${kind.replace(" ", "-")} ${verdict}`;

/** Straight at both ends, with the corners between rounded. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return "";
  const pair = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const bends = rest.map((point, i) => {
    const next = rest[i + 1] ?? last;
    const end = i === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${pair(point)} ${pair(end)}`;
  });
  return `M${pair(first)}${bends.length > 0 ? bends.join("") : `L${pair(last)}`}`;
}

/** The head of an arrow as its own shape: not every browser gives a marker the colour of its line. */
function head(points: readonly Point[]): Markup | undefined {
  const [before, end] = points.slice(-2);
  if (!before || !end) return undefined;
  const angle = Math.atan2(end.y - before.y, end.x - before.x);
  const corner = (turn: number) =>
    `${round(end.x - 9 * Math.cos(angle + turn))},${round(end.y - 9 * Math.sin(angle + turn))}`;
  return markup`<polygon points="${round(end.x)},${round(end.y)} ${corner(0.42)} ${corner(-0.42)}"/>`;
}

const textWidth = (text: string, size: number) => [...text].length * size * ADVANCE;
const round = (value: number) => Math.round(value * 10) / 10;
