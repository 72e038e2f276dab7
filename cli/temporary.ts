import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder for files of this run, which the caller removes. */
export function temporaryFolder(name: string): string {
  try {
    return mkdtempSync(join(tmpdir(), `rollup-network-${name}`));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`cannot make a temporary folder: ${message} → name one that can be written with TMPDIR`);
  }
}
