import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { orNameAnother } from "./output";

export interface NewText {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes files whole or not at all: what was there stays until all of them are written beside it. Pipes and devices get
 * the text itself. The error names the option that chooses another file or folder.
 */
export function writeWhole(texts: readonly NewText[], what: string, option: string): void {
  const partials: { readonly partial: string; readonly file: string; readonly target: string }[] = [];
  try {
    for (const { file, text } of texts) {
      orNameAnother(file, what, option, () => {
        const quietly = { throwIfNoEntry: false };
        const there = statSync(file, quietly) ?? lstatSync(file, quietly); // a link may lead nowhere
        if (there && !there.isFile()) return writeThrough(file, text);
        const target = there ? realpathSync(file) : file;
        const partial = `${target}.${process.pid}`;
        partials.push({ partial, file, target });
        writeFileSync(partial, text, { mode: there?.mode });
      });
    }
    for (const { partial, file, target } of partials) {
      orNameAnother(file, what, option, () => renameSync(partial, target));
    }
  } finally {
    for (const { partial } of partials) if (existsSync(partial)) rmSync(partial);
  }
}

/** A pipe that nobody reads is an error: it is not waited for. */
function writeThrough(file: string, text: string): void {
  const held = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(held);
  }
}
