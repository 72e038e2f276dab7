import { CLEAR_LINE } from "./work/progress";

/** Controls but tab and line break, and what turns the direction of the text around it. */
const HIDDEN = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** What `Progress` writes by itself, which holds no value. */
const isProgress = (text: string) =>
  text.startsWith(CLEAR_LINE) && /^(\d+\/\d+ environments)?$/.test(text.slice(CLEAR_LINE.length));

/** A text as terminals may have it: what they would carry out is written as JSON and YAML escape it. */
export function visible(text: string): string {
  return text.replace(HIDDEN, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

type Stream = Pick<NodeJS.WriteStream, "write" | "on">;

/**
 * Has everything that a command says pass through `visible`: values, manifests and clusters hold texts of others. Whose
 * reader is gone (`| head`) ends quietly, as programs do that SIGPIPE ends; a full disk is said in one line.
 */
export function guardOutput(streams: readonly Stream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: unknown[]) =>
      write(typeof chunk === "string" && !isProgress(chunk) ? visible(chunk) : chunk, ...rest)) as Stream["write"];
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(141);
      process.exitCode = 1;
      if (stream !== process.stderr) process.stderr.write(`cannot write the output: ${error.message}\n`);
      process.exit();
    });
  }
}

/** Writes a file by `write`, or says in the one way how to name another. */
export function orNameAnother(file: string, what: string, option: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new Error(
      `cannot write ${file}: ${(error as Error).message} → name a ${what} that can be written with ${option}`,
    );
  }
}
