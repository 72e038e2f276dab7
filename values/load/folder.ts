import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, isAbsolute, join, relative } from "node:path";
import { quote } from "./describe";
import { type Finding, finding, type Place } from "./finding";
import { type Parsed, parseValues } from "./parse";

/** A values folder: its environments' files by name, and the profiles that they may start from. */
export interface Folder {
  readonly environments: ReadonlyMap<string, string>;
  readonly profiles: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

const nameForm = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

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
    if (!nameForm.test(name)) {
      const rule = "must be a DNS label of at most 40 characters";
      const message = `${quote(name)} becomes the environment's name, which ${rule}`;
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

/** Reads and parses one file. */
export function readValues(file: string): Parsed {
  try {
    return parseValues(readFileSync(file, "utf8"), file);
  } catch (error) {
    return { findings: [finding(whole(file), [], `cannot be read (${(error as NodeJS.ErrnoException).code})`)] };
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
      .filter(file => !file.startsWith(".") && /\.ya?ml$/.test(file))
      .sort();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}

function stem(file: string): string {
  return basename(file, extname(file));
}
