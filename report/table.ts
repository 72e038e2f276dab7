import { type Content, type Markup, markup } from "./markup";

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Content[])[];
}

/**
 * A table that becomes a list of cards on a narrow screen. Roles are written out, because `display` removes them there.
 */
export function tableOf({ caption, head, rows }: Table, style?: string): Markup | undefined {
  if (rows.length === 0) return undefined;
  const columns = head.map(text => markup`<th role="columnheader" scope="col">${text}</th>`);
  return markup`<table role="table"${style && markup` class="${style}"`}><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ([name, ...cells]) =>
      markup`<tr role="row"><th role="rowheader" scope="row">${name}</th>${cells.map(
        (cell, i) => markup`<td role="cell" data-head="${head[i + 1]}"><div>${cell}</div></td>`,
      )}</tr>\n`,
  )}</tbody></table>`;
}

/** A cell with a line for each item. */
export function linesOf(items: readonly Content[]): Content {
  return items.length > 1 ? markup`<ul>${items.map(item => markup`<li>${item}</li>`)}</ul>` : (items[0] ?? "–");
}
