import { type Cell, portText } from "./matrix";
import { METADATA } from "./places";

const FONT = 11;
const LINE = 14;
const CHARACTER = 6.2;
const PAD = 6;
const GAP = 36;
const GREEN = "#d3efd9";
const RED = "#ffc9c9";

/** Names that share their row or their column. */
interface Line {
  readonly names: string[];
  readonly cells: readonly Cell[];
}

interface Box {
  readonly text: readonly string[];
  readonly fill: string;
}

/**
 * SVG: a grid for each stack, who calls from the left, who is called above, and the ports that answered. Those with the
 * same cells share a row or a column. What is not as wanted is red.
 */
export function pictureOf(stacks: ReadonlyMap<string, readonly Cell[]>): string {
  const grids = [...stacks].map(([stack, cells]) => gridOf(stack, cells));
  const width = Math.max(...grids.map(grid => grid.width));
  let top = GAP;
  const parts = grids.map(({ svg, height }) => {
    const part = `<g transform="translate(${PAD},${top})">${svg}</g>`;
    top += height + GAP;
    return part;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * PAD}" height="${top}" ` +
    `font-family="system-ui, sans-serif" font-size="${FONT}"><rect width="100%" height="100%" fill="#fff"/>\n` +
    `${parts.join("\n")}\n</svg>\n`
  );
}

function gridOf(stack: string, cells: readonly Cell[]) {
  const rows = merged(cells, "from", "to");
  const columns = merged(cells, "to", "from");
  const box = ({ names: [from] }: Line, { names: [to] }: Line): Box => {
    const here = cells.filter(cell => cell.from === from && cell.to === to);
    const wrong = here.some(cell => cell.answered !== cell.wanted);
    const text = portsOf(here);
    return { text, fill: wrong ? RED : text.length > 0 ? GREEN : "#fff" };
  };
  const head = (line?: Line): Box => ({ text: wrapped(line?.names ?? []), fill: "#f2f2f2" });
  const boxes = [
    [head(), ...columns.map(head)],
    ...rows.map(row => [head(row), ...columns.map(column => box(row, column))]),
  ];
  const heights = boxes.map(row => Math.max(1, ...row.map(({ text }) => text.length)) * LINE + 2 * PAD);
  const widths = (boxes[0] ?? []).map(
    (_, i) =>
      Math.max(1, ...boxes.flatMap(row => (row[i]?.text ?? []).map(({ length }) => length))) * CHARACTER + 2 * PAD,
  );
  const at = (sizes: readonly number[], i: number) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
  const drawn = boxes.flatMap((row, y) =>
    row.map((each, x) => draw(each, at(widths, x), at(heights, y), widths[x] ?? 0, heights[y] ?? 0)),
  );
  const title = `<text y="-${PAD}" font-size="${FONT + 3}" font-weight="bold">${stack}</text>`;
  return { svg: title + drawn.join(""), width: at(widths, widths.length), height: at(heights, heights.length) };
}

function draw({ text, fill }: Box, x: number, y: number, width: number, height: number): string {
  const lines = text.map((line, i) => `<tspan x="${x + PAD}" y="${y + PAD + FONT + i * LINE}">${line}</tspan>`);
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" stroke="#ccc"/>`;
  return lines.length > 0 ? `${rect}<text>${lines.join("")}</text>` : rect;
}

/** Names whose cells are the same share a line; those who call nobody, or whom nobody calls, come last. */
function merged(cells: readonly Cell[], own: "from" | "to", other: "from" | "to"): Line[] {
  const names = [...new Set(cells.map(cell => cell[own]))];
  const lines = new Map<string, Line>();
  for (const name of names) {
    const mine = cells.filter(cell => cell[own] === name);
    const key = [...new Set(mine.filter(shown).map(cell => `${cell[other]} ${portText(cell)} ${cell.wanted}`))]
      .sort()
      .join();
    const line = lines.get(key);
    if (line) line.names.push(name);
    else lines.set(key, { names: [name], cells: mine });
  }
  return [...lines.values()].sort((a, b) => Number(b.cells.some(shown)) - Number(a.cells.some(shown)));
}

const shown = ({ answered, wanted }: Cell) => answered || wanted;

/** The ports that answered, those of both protocols once; in short where there are many. */
function portsOf(cells: readonly Cell[]): string[] {
  const answered = cells.filter(cell => cell.answered && !cell.via);
  const tcp = answered.filter(({ protocol }) => protocol === "TCP").map(({ port }) => port);
  const udp = answered.filter(({ protocol }) => protocol === "UDP").map(({ port }) => port);
  if (tcp.length > 8) return [`all ${tcp.length} TCP`, `all ${udp.length} UDP`];
  return [...new Set([...tcp, ...udp])].map(
    port => `${port}${udp.includes(port) ? (tcp.includes(port) ? " + udp" : "/udp") : ""}`,
  );
}

function wrapped(names: readonly string[]): string[] {
  const all = METADATA.every(address => names.includes(address));
  const short = all ? [...names.filter(name => !METADATA.includes(name)), "metadata services"] : names;
  const lines: string[] = [];
  for (const name of short) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${name}`.length <= 28) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return lines;
}
