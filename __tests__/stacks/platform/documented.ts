import { readFileSync } from "node:fs";
import { isMap, parseDocument } from "yaml";

/** The environments of docs/platforms.md, by their headings. */
export const PLATFORMS = [
  ...readFileSync("docs/platforms.md", "utf8").matchAll(/^## (.+)\n(?:(?!^## )[\s\S])*?```yaml\n([\s\S]*?)```/gm),
].map(([, name = "", text = ""]) => [name, text] as const);

/** The same environment on no platform. */
export function withoutPlatform(text: string): string {
  const document = parseDocument(text);
  const levels = [document.contents, document.get("p2p"), document.getIn(["p2p", "nodes", 0])];
  for (const level of levels) if (isMap(level)) level.delete("kubernetes");
  return String(document);
}
