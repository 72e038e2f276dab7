import type { ChildProcess } from "node:child_process";

/** How a program ended, and what it printed. */
export interface Ended {
  /** Its exit code, or the signal that ended it. */
  readonly how: number | NodeJS.Signals;
  readonly out: string;
  /** The end of it. */
  readonly err: string;
}

/** More than any answer: a pod has about 10 KiB, and a namespace has hundreds. */
const MOST_BYTES = 64 * 2 ** 20;
/** What a program says last is the reason. */
const LAST_BYTES = 2 ** 16;

/** Waits for the end of a program. @throws Error where it does not start, is aborted, or prints without an end */
export async function ended(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  let [size, err] = [0, Buffer.alloc(0)];
  try {
    const how = await new Promise<Ended["how"]>((resolve, reject) => {
      child.stdout?.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MOST_BYTES) out.push(chunk);
        else reject(new Error(`printed more than ${MOST_BYTES / 2 ** 20} MiB`));
      });
      child.stderr?.on("data", (chunk: Buffer) => {
        err = Buffer.concat([err, chunk]).subarray(-LAST_BYTES);
      });
      child.on("error", reject).on("close", (code, signal) => resolve(signal ?? code ?? 0));
    });
    return { how, out: Buffer.concat(out).toString(), err: err.toString() };
  } catch (error) {
    abandon(child);
    throw error;
  }
}

/** Ends a program, and does not wait for what it started: that may hold its output open for as long as it likes. */
export function abandon(child: ChildProcess): void {
  child.kill();
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}
