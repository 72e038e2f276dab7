import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { HelmRelease } from "../manifests";
import { isObject } from "../manifests/json";
import type { KubernetesObject, StackManifests } from "../manifests/objects";
import { readHead } from "./head";
import { isManifest } from "./manifest";
import type { Origin } from "./origin";

const COMMAND = "→ write it with: rollup-network manifests";

/** Reads a text file. */
export type ReadFile = (file: string) => string;

/** The manifests of a stack, and where they went. */
export interface BaseStack {
  readonly manifests: StackManifests;
  readonly origin: Origin;
}

/**
 * The stacks of an environment in a folder that `rollup-network manifests <env> --out` wrote, by id.
 *
 * @throws Error for a folder that cannot be read or has not every stack of the environment, and for a file that is not
 * as the command wrote it
 */
export function readBase(
  folder: string,
  environment: string,
  sections: readonly string[],
  read: ReadFile,
): Map<string, BaseStack> {
  const remedy = `${COMMAND} ${environment} --out ${folder}, on the branch to compare with`;
  const files = listOf(folder, remedy).filter(file => file.endsWith(".yaml"));
  if (files.length === 0) throw new Error(`${folder} has no manifests ${remedy}`);
  const ids = sections.map(section => `${environment}-${section}`).filter(id => files.includes(`${id}.yaml`));
  if (ids.length === 0)
    throw new Error(`${folder} has nothing of ${environment}: it has ${files.join(", ")} ${remedy}`);
  return new Map(ids.map(id => [id, readStack({ folder, id, environment, files, remedy, read })]));
}

interface Wanted {
  readonly folder: string;
  readonly id: string;
  readonly environment: string;
  readonly files: readonly string[];
  readonly remedy: string;
  readonly read: ReadFile;
}

function readStack({ folder, id, environment, files, remedy, read }: Wanted): BaseStack {
  const place = join(folder, `${id}.yaml`);
  const text = read(place);
  const { stack, stacks, cluster, state, protected: kept, ...head } = readHead(text, place);
  if (head.environment !== environment || stack !== id)
    throw new Error(`${place} is of ${head.environment}, stack ${stack} ${remedy}`);
  const missing = stacks.filter(other => !files.includes(`${other}.yaml`));
  if (missing.length > 0) throw new Error(`${folder} lacks ${missing.join(", ")} of ${environment} ${remedy}`);
  return { manifests: fromYaml(text, place), origin: { cluster, state, protected: kept } };
}

function listOf(folder: string, remedy: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new Error(`cannot read ${folder}: ${(error as Error).message} ${remedy}`);
  }
}

const RELEASE = /^Helm release (\S+)$/m;

/** Reads what `toYaml` wrote: a document per object, and the Helm releases as comments. */
export function fromYaml(text: string, place: string): StackManifests {
  const objects: KubernetesObject[] = [];
  for (const document of parseAllDocuments(text)) {
    const [error] = "errors" in document ? document.errors : [];
    if (error) throw new Error(`${place} is no YAML: ${error.message.split("\n")[0]} ${ANEW}`);
    const object = document.toJS();
    if (object === null) continue;
    if (!isManifest(object)) throw new Error(`${place} has a document that is no Kubernetes object ${ANEW}`);
    objects.push(object);
  }
  return { objects, releases: releasesIn(text, place) };
}

const ANEW = "→ write the folder anew with rollup-network manifests";

function releasesIn(text: string, place: string): HelmRelease[] {
  const comments = text.match(/^#.*$/gm) ?? [];
  const [, ...parts] = comments
    .map(line => line.replace(/^# ?/, ""))
    .join("\n")
    .split(RELEASE);
  const releases: HelmRelease[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const release = parseRelease(parts[i + 1] ?? "", `${place}, Helm release ${parts[i]}`);
    releases.push({ ...release, address: parts[i] as string });
  }
  return releases;
}

function parseRelease(text: string, place: string): Omit<HelmRelease, "address"> {
  let release: unknown;
  try {
    release = parse(text);
  } catch (error) {
    throw new Error(`${place} is no YAML: ${(error as Error).message.split("\n")[0]} ${ANEW}`);
  }
  if (!isObject(release) || typeof release.name !== "string") throw new Error(`${place} has no name ${ANEW}`);
  return release as unknown as Omit<HelmRelease, "address">;
}
