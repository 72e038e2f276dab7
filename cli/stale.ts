import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MANAGED_BY } from "../constructs/kubernetes/labels";
import { isObject } from "../manifests/terraform";
import { readHead } from "../review/head";
import { stackName } from "../values/load/environment";
import { openFolder } from "../values/load/folder";
import { sectionNames } from "../values/schema/sections";

/** What a run has written, and of what. */
export interface Written {
  /** The values folder. */
  readonly values: string;
  /** Environments that it wrote whole. */
  readonly environments: readonly string[];
  /** The stacks that these have. */
  readonly stacks: readonly string[];
}

/** Takes the configuration of stacks that are gone out of `cdktf.out`. @returns names of the stacks */
export function removeStaleStacks(outdir: string, written: Written): string[] {
  const folder = join(outdir, "stacks");
  return goneFrom(folder, written).filter(stack => {
    const file = join(folder, stack, "cdk.tf.json");
    if (!existsSync(file) || !isOurs(readFileSync(file, "utf8"), stack)) return false;
    rmSync(file);
    // Files that Terraform left there stay.
    if (readdirSync(join(folder, stack)).length === 0) rmdirSync(join(folder, stack));
    return true;
  });
}

/** Takes the manifests of stacks that are gone out of a folder, unless somebody changed them. @returns the files */
export function removeStaleManifests(folder: string, written: Written): string[] {
  return goneFrom(folder, written, ".yaml")
    .map(stack => join(folder, `${stack}.yaml`))
    .filter(file => {
      if (!isAsWritten(file)) return false;
      rmSync(file);
      return true;
    });
}

/** A line about what was taken away. */
export const goneText = (removed: readonly string[]) =>
  `removed ${removed.join(", ")}: no environment has ${removed.length === 1 ? "it" : "them"} any more`;

/** Names in a folder of stacks that no environment has any more. */
function goneFrom(folder: string, { values, environments, stacks }: Written, ending = ""): string[] {
  const known = openFolder(values).environments;
  return readdirSync(folder)
    .filter(name => name.endsWith(ending))
    .map(name => name.slice(0, name.length - ending.length))
    .filter(name => {
      const section = sectionNames.find(each => name.endsWith(stackName("", each)));
      if (!section || stacks.includes(name)) return false;
      const environment = name.slice(0, -stackName("", section).length);
      return environments.includes(environment) || !known.has(environment);
    })
    .sort();
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

function isAsWritten(file: string): boolean {
  try {
    return file.endsWith(`${readHead(readFileSync(file, "utf8"), file).stack}.yaml`);
  } catch {
    return false;
  }
}
