import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The contents of a ConfigMap of scripts, with their checksum: read once, since every environment has the same. */
export function scripts(paths: readonly string[]): {
  readonly data: Record<string, string>;
  readonly checksum: string;
} {
  const files = paths.map(
    path => [path.replace(/^.*\//, ""), readFileSync(join(__dirname, "..", path), "utf8")] as const,
  );
  return {
    data: Object.fromEntries(files.map(([name, text]) => [name, text.replace(/[$%](?=\{)/g, "$&$&")])),
    checksum: createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16),
  };
}
