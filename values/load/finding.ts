/** Keys and list positions that lead from the top of a values file to a value. */
export type Path = readonly (string | number)[];

/** Where something was written. Line 0 stands for a place that has no lines: a folder, or a `--set`. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with the values, where it stands and what to do about it. */
export interface Finding extends Place {
  /** As a user writes it: `p2p.bootstrap[0].identity.enrs[1]`; empty when the finding is about a whole file. */
  readonly path: string;
  /** Lower case, one or more lines. */
  readonly message: string;
  readonly remedy?: string;
}

/** All findings of all environments that were asked for. */
export class ValuesError extends Error {
  override readonly name = "ValuesError";

  constructor(readonly findings: readonly Finding[]) {
    const errors = `${findings.length} ${findings.length === 1 ? "error" : "errors"}`;
    super(`${formatFindings(findings)}\n${errors}; nothing was written`);
  }
}

export function finding(place: Place, path: Path, message: string, remedy?: string): Finding {
  const { file, line, column } = place;
  return { file, line, column, path: showPath(path), message, ...(remedy && { remedy }) };
}

/** `p2p.bootstrap[0].identity`; a key that is more than letters, digits and dashes stands in quotes. */
export function showPath(path: Path): string {
  return path
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return i === 0 ? key : `.${key}`;
    })
    .join("");
}

/** A block per finding: place and path, the message, and the remedy behind an arrow. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, column, path, message, remedy }) => {
      const inLine = file.replaceAll("\n", "\\n");
      const place = line > 0 ? `${inLine}:${line}:${column}` : inLine;
      const lines = message.split("\n").map(text => `  ${text}`);
      return [path ? `${place}  ${path}` : place, ...lines, ...(remedy ? [`  → ${remedy}`] : [])].join("\n");
    })
    .join("\n");
}

/** Our messages start in lower case; those of libraries do not. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
