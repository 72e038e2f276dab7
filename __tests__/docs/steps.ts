import { blocks, type Document } from "./markdown";

/** What a reader of a page does next: write a file, or run a command. */
export type Step =
  | { readonly place: string; readonly file: string; readonly text: string }
  | {
      readonly place: string;
      /** One command, continued lines joined; the parts of `a && b` are steps of their own. */
      readonly command: string;
      /** What the page says that it prints, in the `text` block after it. */
      readonly printed?: string;
    };

/** The steps of a page in its order. A block is a file where the sentence before it ends in "Write `file`:". */
export function steps(document: Document): Step[] {
  const all = blocks(document);
  const lines = document.text.split("\n");
  return all.flatMap((block, i): Step[] => {
    const { place, text, language } = block;
    const above = lines.slice(0, Number(place.split(":")[1]) - 2);
    const [, file] = /Write `([^`]+)`:$/.exec(above.findLast(line => line !== "") ?? "") ?? [];
    if (file) return [{ place, file, text }];
    if (language !== "sh") return [];
    const commands = text
      .replace(/ \\\n\s*/g, " ")
      .split(/\n|&&/)
      .map(line => line.trim());
    const wanted = commands.filter(line => line && !line.startsWith("#"));
    const after = all[i + 1]?.language === "text" ? all[i + 1]?.text : undefined;
    return wanted.map((command, n) => ({ place, command, printed: n === wanted.length - 1 ? after : undefined }));
  });
}

/** Spaces and times differ from run to run. */
export const even = (line: string) =>
  line
    .trim()
    .replace(/\s+/g, " ")
    .replace(/\d+ ms/, "… ms");

/** The lines of a `text` block that have to be printed; `…` stands for any others. */
export const shown = (printed = "") => printed.split("\n").filter(text => text.trim() && text !== "…");
