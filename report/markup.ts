import { visible } from "../manifests/hidden";

/** Text that is already markup. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type Content = Markup | string | number | undefined | false | readonly Content[];

/** Markup from a template. Everything in it is escaped that is not markup itself. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => (i === 0 ? part : render(contents[i - 1]) + part)).join(""));
}

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join("");
  return visible(String(content)).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
