import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Has configuration written into a folder within `outdir`, and puts it in its place once all of it is there: on a full
 * disk the files of before stay whole. What Terraform left beside them stays too.
 */
export function staged(outdir: string, write: (folder: string) => void): void {
  orSayWhere(() => {
    const folder = mkdtempSync(join(outdir, ".partial-"));
    try {
      const stacks = join(folder, "stacks");
      mkdirSync(stacks);
      write(folder);
      for (const stack of readdirSync(stacks)) {
        mkdirSync(join(outdir, "stacks", stack), { recursive: true });
        replaceAll(join(stacks, stack), join(outdir, "stacks", stack));
      }
      rmSync(stacks, { recursive: true });
      replaceAll(folder, outdir);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Moves each file and folder to where its predecessor is. */
function replaceAll(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) rmSync(join(to, entry.name), { recursive: true, force: true });
    renameSync(join(from, entry.name), join(to, entry.name));
  }
}

/** Says in errors of the file system what could not be written, and what to do. */
export function orSayWhere<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    throw new Error(
      `cannot write the Terraform configuration: ${message.replaceAll(/\/\.partial-\w+/g, "")} ` +
        "→ make it a folder that can be written and has room",
    );
  }
}
