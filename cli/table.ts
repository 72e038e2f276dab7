/** Columns without lines or colours, which can be piped and pasted. A cell may have several lines. */
export function plainTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map(row => row.map(cell => String(cell).split("\n")));
  const widths = head.map((_, i) => longest(cells.flatMap(row => row[i] ?? [])));
  return cells
    .flatMap(row => {
      const height = Math.max(...row.map(({ length }) => length));
      return Array.from({ length: height }, (_, n) =>
        widths
          .map((width, i) => ` ${(row[i]?.[n] ?? "").padEnd(width)} `)
          .join("  ")
          .trimEnd(),
      );
    })
    .join("\n");
}

/** In a loop: a spread of more than about 100,000 lines is too many arguments. */
const longest = (lines: readonly string[]) => lines.reduce((most, { length }) => Math.max(most, length), 0);
