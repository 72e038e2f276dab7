import { EventEmitter } from "node:events";
import { visible } from "../manifests/hidden";
import { CLEAR_LINE } from "./work/progress";

/** What `Progress` writes by itself, which holds no value. */
const isProgress = (text: string) =>
  text.startsWith(CLEAR_LINE) && /^(\d+\/\d+ environments)?$/.test(text.slice(CLEAR_LINE.length));

/** Says `lost` when output cannot be written any more. The signal SIGPIPE also comes from pipes to other programs. */
export const output = new EventEmitter<{ lost: [] }>();

let failed = false;

/** Whether output could not be written, which is said, or needs no word. */
export const outputFailed = () => failed;

type Stream = Pick<NodeJS.WriteStream, "write" | "on">;

/**
 * Sends all output through `visible`, because values, manifests and clusters contain texts of others. When the reader
 * is gone (`| head`), the process ends quietly with SIGPIPE's code. Another write error, such as a full disk, is one
 * line. Who listens for `lost`, such as a drill, puts right what it did before the process ends.
 */
export function guardOutput(streams: readonly Stream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === "string" && !isProgress(chunk) ? visible(chunk) : chunk, ...rest)) as Stream["write"];
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!failed && error.code !== "EPIPE" && stream !== process.stderr)
        process.stderr.write(`cannot write the output: ${error.message}\n`);
      failed = true;
      process.exitCode = error.code === "EPIPE" ? 141 : 1;
      if (!output.emit("lost")) process.exit();
    });
  }
}

/** Writes a file with `write`. The error names the option that chooses another file or folder. */
export function orNameAnother(file: string, what: string, option: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    // Which temporary file it was does not matter to anybody.
    const why = (error as Error).message.replace(/, (l?stat|open|realpath|rename) '.*$/s, "");
    throw new Error(`cannot write ${file}: ${why} → name a ${what} that can be written with ${option}`);
  }
}
