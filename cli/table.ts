import Table from "cli-table3";

const FRAME = [
  ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
  ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
];

/** Columns without lines or colours, which can be piped and pasted. */
export function plainTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    chars: { ...Object.fromEntries(FRAME.map(part => [part, ""])), middle: "  " },
  });
  table.push(...rows.map(row => [...row]));
  return table.toString().replace(/ +$/gm, "");
}
