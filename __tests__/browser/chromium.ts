import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The program of a Chromium on this machine. */
export function chromiumProgram(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = NAMES.flatMap(name => folders.map(folder => join(folder, name))).find(runs);
  if (!found) {
    throw new Error(
      `none of ${NAMES.join(", ")} is on the PATH → apt-get install -y --no-install-recommends chromium, or name ` +
        `one with CHROMIUM`,
    );
  }
  return found;
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
