import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { MANAGED_BY } from "../constructs/kubernetes/labels";
import { isObject } from "../manifests/json";
import { readHead } from "../review/head";
import { stackName } from "../values/load/environment";
import { openFolder } from "../values/load/folder";
import { readText } from "../values/load/text-file";
import { sectionNames } from "../values/schema/sections";
import { writeWhole } from "./write-whole";

/** What a run has written, and of what. */
export interface Written {
  /** The values folder. */
  readonly values: string;
  /** Environments that it wrote whole. */
  readonly environments: readonly string[];
  /** The stacks that these have. */
  readonly stacks: readonly string[];
}

/** What became of stacks that the values folder does not have. Those of other values folders are in neither list. */
export interface Gone {
  /** Stacks, or their files. */
  readonly removed: readonly string[];
  /** Those that stay, because it is not known which values folder they are of. */
  readonly unknown: readonly string[];
}

/** In `cdktf.out`: of which values folder each stack is. */
const RECORD = ".values.json";

/** Takes the configuration of stacks that are gone out of `cdktf.out`. */
export function removeStaleStacks(outdir: string, written: Written): Gone {
  const folder = join(outdir, "stacks");
  const file = (stack: string) => join(folder, stack, "cdk.tf.json");
  const before = recordOf(outdir);
  const gone = goneFrom(readdirSync(folder), outdir, written, stack =>
    isOurs(textOf(file(stack)), stack) ? { values: before[stack] } : undefined,
  );
  for (const stack of gone.removed) {
    remove(file(stack));
    // Files that Terraform left there stay.
    if (readdirSync(join(folder, stack)).length === 0) rmdirSync(join(folder, stack));
  }
  const from = valuesFrom(outdir, written.values);
  const all = { ...before, ...Object.fromEntries(written.stacks.map(stack => [stack, from])) };
  const kept = Object.entries(all).filter(([stack]) => existsSync(file(stack)));
  const text = `${JSON.stringify(Object.fromEntries(kept.sort()), null, 2)}\n`;
  writeWhole([{ file: join(outdir, RECORD), text }], "folder", "CDKTF_OUTDIR");
  return gone;
}

/** Takes the manifests of stacks that are gone out of a folder, unless somebody changed them. */
export function removeStaleManifests(folder: string, written: Written): Gone {
  const file = (stack: string) => join(folder, `${stack}.yaml`);
  const names = readdirSync(folder).filter(name => name.endsWith(".yaml"));
  const stacks = names.map(name => name.slice(0, -".yaml".length));
  const gone = goneFrom(stacks, folder, written, stack => headOf(file(stack), stack));
  for (const stack of gone.removed) remove(file(stack));
  return { removed: gone.removed.map(file), unknown: gone.unknown.map(file) };
}

/** The values folder as seen from an output folder. */
export const valuesFrom = (folder: string, values: string) => relative(realpathSync(folder), realpathSync(values));

/** Says what was taken away, and what nobody may need. */
export function sayGone({ removed, unknown }: Gone, values: string): void {
  if (removed.length > 0) console.error(goneText(removed));
  if (unknown.length > 0) console.error(unknownText(unknown, values));
}

/** A line about what was taken away. */
export const goneText = (removed: readonly string[]) =>
  `removed ${removed.join(", ")}: no environment has ${removed.length === 1 ? "it" : "them"} any more`;

const unknownText = (unknown: readonly string[], values: string) =>
  `kept ${unknown.join(", ")}: ${values} has no such environment, but another values folder may ` +
  "→ remove what nobody needs";

/** Which stacks no environment has any more. `origin` says what is known of one: nothing if somebody else wrote it. */
function goneFrom(
  names: readonly string[],
  folder: string,
  { values, environments, stacks }: Written,
  origin: (stack: string) => { readonly values?: string } | undefined,
): Gone {
  const known = openFolder(values).environments;
  const here = valuesFrom(folder, values);
  const gone: { removed: string[]; unknown: string[] } = { removed: [], unknown: [] };
  for (const name of [...names].sort()) {
    const section = sectionNames.find(each => name.endsWith(stackName("", each)));
    if (!section || stacks.includes(name)) continue;
    const environment = name.slice(0, -stackName("", section).length);
    const whole = environments.includes(environment);
    if (!whole && known.has(environment)) continue;
    const of = origin(name);
    if (of && (of.values === here || (whole && of.values === undefined))) gone.removed.push(name);
    else if (of && of.values === undefined) gone.unknown.push(name);
  }
  return gone;
}

function recordOf(outdir: string): Readonly<Record<string, string | undefined>> {
  try {
    const record: unknown = JSON.parse(textOf(join(outdir, RECORD)));
    return isObject(record) ? (record as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** The text of a file; empty where it cannot be read, since the package did not write such a file. */
function textOf(file: string): string {
  try {
    return readText(file);
  } catch {
    return "";
  }
}

/** Whether a Terraform configuration is of this package, and of that stack. */
function isOurs(text: string, stack: string): boolean {
  try {
    const { "//": about } = JSON.parse(text);
    return (
      isObject(about?.metadata) &&
      about.metadata.stackName === stack &&
      text.includes(`"${Object.values(MANAGED_BY)[0]}"`)
    );
  } catch {
    return false;
  }
}

/** What a file of manifests says of itself, if it is as it was written. */
function headOf(file: string, stack: string) {
  try {
    const head = readHead(textOf(file), file);
    return head.stack === stack ? head : undefined;
  } catch {
    return undefined;
  }
}

function remove(file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    throw new Error(`cannot remove ${file}: ${(error as Error).message} → remove it: no environment has it any more`);
  }
}
