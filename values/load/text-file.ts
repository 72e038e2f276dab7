import { isUtf8 } from "node:buffer";
import { constants, readFileSync, type Stats, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** More than any file that the commands read; a ConfigMap holds 1 MiB. */
const MOST_MIB = 16;

/** A file that cannot be read as text: the message says why, lower case and without the file's name. */
export class UnreadableFile extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
    /** Where the text stops to be one. @default - the whole file */
    readonly line?: number,
  ) {
    super(message);
  }
}

/**
 * The text of a file in UTF-8, without a byte order mark; of one whose name ends in `.gz`, what is packed in it. It
 * never waits: pipes and devices are refused, some of which never end, and files of the kernel that have nothing yet.
 *
 * @param mostMib the largest size that is read, in MiB
 * @throws UnreadableFile
 */
export function readText(file: string, mostMib = MOST_MIB): string {
  const bytes = attempt(() => {
    const stats = statSync(file);
    if (!stats.isFile()) throw new UnreadableFile(`is ${kindOf(stats)}, not a file`, "name a regular file");
    if (stats.size > mostMib * 2 ** 20) {
      throw new UnreadableFile(`has ${Math.ceil(stats.size / 2 ** 20)} MiB; at most ${mostMib} MiB are read`);
    }
    const content = readFileSync(file, { flag: NOT_WAITING });
    return file.endsWith(".gz") ? unpacked(content) : content;
  });
  const other = otherEncoding(bytes);
  if (other) throw new UnreadableFile(`is ${other}, not UTF-8`, convert(file, other));
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) throw notUtf8(text, file);
  return text.replace(/^\ufeff/, "");
}

function unpacked(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_MIB * 2 ** 20 });
  } catch (error) {
    throw new UnreadableFile(`cannot be unpacked (${(error as Error).message}); at most ${MOST_MIB} MiB are read`);
  }
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UnreadableFile(`cannot be read (${code ?? message})`, REMEDIES[code ?? ""]);
  }
}

/** Node.js takes numbers as well, and its types only names. */
const NOT_WAITING = (constants.O_RDONLY | constants.O_NONBLOCK) as unknown as string;

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "have it made readable for your user",
  ELOOP: "name a regular file: its link leads back to itself",
  EAGAIN: "name a regular file",
};

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** By its byte order mark, or by the zeros of Latin letters in UTF-16. */
function otherEncoding(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 4).toString("hex");
  if (mark === "0000feff" || mark === "fffe0000") return "UTF-32";
  if (/^(fffe|feff)/.test(mark) || /^(00..00|..00..00)/.test(mark)) return "UTF-16";
  return undefined;
}

function notUtf8(text: string, file: string): UnreadableFile {
  const line = text.slice(0, text.indexOf("\ufffd")).split(/\r\n?|\n/).length;
  return new UnreadableFile(`is not UTF-8 from line ${line} on`, convert(file, "WINDOWS-1252"), line);
}

const convert = (file: string, encoding: string) =>
  `save it as UTF-8: iconv -f ${encoding} -t UTF-8 ${shellWord(file)} > utf8 && mv utf8 ${shellWord(file)}`;

/** A word that a shell takes as it is. */
const shellWord = (word: string) => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
