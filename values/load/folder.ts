import { readdirSync } from "node:fs";
import { basename, extname, isAbsolute, join, relative } from "node:path";
import { quote } from "./describe";
import { type Finding, finding, type Place } from "./finding";
import { type Parsed, parseValues } from "./parse";
import { readText, type UnreadableFile } from "./text-file";

/** A values folder: its environments' files by name, and the profiles that they may start from. */
export interface Folder {
  readonly environments: ReadonlyMap<string, string>;
  readonly profiles: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

const nameForm = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;
export const nameRule = "must be a DNS label of at most 40 characters";

/** Whether a file `<name>.yaml` would be read as an environment. */
export const isName = (name: string) => nameForm.test(name);

/** Lists a values folder. Profiles come from its `profiles` folder or, where it has none, from the package's. */
export function openFolder(dir: string): Folder {
  const folder = display(dir);
  const findings: Finding[] = [];
  const remedy = "create it with one file an environment, such as devnet.yaml, or name another with --values DIR";
  const listed = list(dir);
  if (!Array.isArray(listed)) {
    const message =
      listed === "ENOENT" ? "the values folder does not exist" : `the values folder cannot be read (${listed})`;
    return { environments: new Map(), profiles: new Map(), findings: [finding(whole(folder), [], message, remedy)] };
  }
  const environments = new Map<string, string>();
  for (const file of listed) {
    const name = stem(file);
    const place = whole(display(join(dir, file)));
    if (!/\.ya?ml$/.test(file)) {
      findings.push(
        finding(place, [], `${quote(extname(file))} is not read`, `rename it to ${display(join(dir, `${name}.yaml`))}`),
      );
    } else if (!isName(name)) {
      const message = `${quote(name)} becomes the environment's name, which ${nameRule}`;
      findings.push(finding(place, [], message, "rename the file: lower-case letters, digits and dashes"));
    } else if (environments.has(name)) {
      findings.push(
        finding(
          place,
          [],
          `${environments.get(name)} is the environment ${quote(name)} already`,
          "keep one of the two files",
        ),
      );
    } else environments.set(name, place.file);
  }
  if (listed.length === 0)
    findings.push(finding(whole(folder), [], "there is no environment in the values folder", remedy));

  const own = join(dir, "profiles");
  const profileDir = Array.isArray(list(own)) ? own : join(__dirname, "..", "profiles");
  const profileFiles = list(profileDir);
  const profiles = new Map(
    (Array.isArray(profileFiles) ? profileFiles : []).map(file => [stem(file), display(join(profileDir, file))]),
  );
  return { environments, profiles, findings };
}

/**
 * Values are written by hand: mainnet.yaml has 2 KiB. On two cores, the parser took 12 s
 * for 1 MiB, and more than three minutes for 4 MiB.
 */
const MOST_MIB = 1;

const NO_VALUES = "put the values of an environment there, or remove it";

/** Reads and parses one file. */
export function readValues(file: string): Parsed {
  try {
    return parseValues(readText(file, MOST_MIB), file);
  } catch (error) {
    const { message, remedy = NO_VALUES, line } = error as UnreadableFile;
    return { findings: [finding(line ? { file, line, column: 1 } : whole(file), [], message, remedy)] };
  }
}

export function whole(file: string): Place {
  return { file, line: 0, column: 0 };
}

/** A path as a user names it: relative to the working folder where it lies below that. */
export function display(file: string): string {
  const short = relative(process.cwd(), file);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? file : short;
}

function list(dir: string): string[] | string {
  try {
    return readdirSync(dir)
      .filter(file => !file.startsWith(".") && /\.ya?ml$/i.test(file))
      .sort();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}

function stem(file: string): string {
  return basename(file, extname(file));
}
