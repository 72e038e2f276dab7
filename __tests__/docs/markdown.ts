import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

export const root = join(__dirname, "..", "..");

export interface Document {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
}

export interface Block {
  readonly language: string;
  readonly text: string;
  /** `<file>:<line>` of its first line. */
  readonly place: string;
}

/** The project's own Markdown: what is in docs/, and what lies beside package.json. */
export function documents(): Document[] {
  const below = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map(file => join("docs", file));
  return [...readdirSync(root), ...below]
    .filter(file => file.endsWith(".md"))
    .sort()
    .map(file => ({ file: file.split(sep).join("/"), text: readFileSync(join(root, file), "utf8") }));
}

/** Documents that tell a user what to do; `docs/evidence` are records of runs. */
export function guides(): Document[] {
  return documents().filter(({ file }) => !file.startsWith("docs/evidence/"));
}

export function blocks({ file, text }: Document): Block[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: content = "", index }) => ({
    language,
    text: content,
    place: `${file}:${text.slice(0, index).split("\n").length + 1}`,
  }));
}

/** A document without its blocks and inline code. */
export function prose({ text }: Document): string {
  return text.replace(/^```\w*\n.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");
}

/** The anchors of headings, as GitHub makes them. */
export function anchors({ text }: Document): string[] {
  const headings = text.replace(/^```\w*\n.*?^```$/gms, "").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

/** The rows of the tables under a heading of the second level, cell by cell, without the head. */
export function tables({ text }: Document): { readonly section: string; readonly cells: readonly string[] }[] {
  return text.split(/^## /m).flatMap(part => {
    const [section = "", ...lines] = part.split("\n");
    const rows = lines.filter(line => line.startsWith("| `"));
    return rows.map(line => ({
      section,
      cells: line
        .slice(1, -1)
        .split("|")
        .map(cell => cell.trim()),
    }));
  });
}
