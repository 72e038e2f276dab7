import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Environment, loadEnvironments, ValuesError } from "../../values/load/load";

/** Files by path below the folder. */
export type Files = Readonly<Record<string, string>>;
export type Options = Omit<Parameters<typeof loadEnvironments>[0], "dir">;

/** Runs `use` with a folder of files that is gone afterwards. */
export function withFolder<T>(files: Files, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "values-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function load(files: Files, options: Options = {}): Environment[] {
  return withFolder(files, dir => loadEnvironments({ dir, ...options }));
}

/** The lines a user would see, with the folder's name as `values` and the package's profiles as `profiles`. */
export function errorsOf(files: Files, options: Options = {}): string[] {
  return withFolder(files, dir => {
    try {
      loadEnvironments({ dir, ...options });
    } catch (error) {
      if (!(error instanceof ValuesError)) throw error;
      return error.message.replaceAll(dir, "values").split("\n");
    }
    throw new Error("the values were accepted");
  });
}

/** A valid environment, with further lines of its p2p section. */
export function environment(...p2p: string[]): string {
  return [
    "profile: dev",
    "p2p:",
    "  namespace: net",
    "  chain: { l1ChainId: 1 }",
    "  image: registry/node:4.1.2",
    ...p2p.map(line => `  ${line}`),
    "",
  ].join("\n");
}
