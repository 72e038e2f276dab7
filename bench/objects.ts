import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { toManifests } from "../manifests";
import type { KubernetesObject } from "../manifests/objects";

/** Kind and name of every object that the stacks of an output folder create, sorted. */
export function objectsOfStacks(outdir: string): string[] {
  const stacks = readdirSync(join(outdir, "stacks")).map(stack =>
    readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"),
  );
  return stacks.flatMap(text => toManifests(JSON.parse(text)).objects.map(label)).sort();
}

/** The same of YAML. */
export function objectsOfYaml(text: string): string[] {
  const objects = parseAllDocuments(text).map(document => document.toJS() as KubernetesObject | null);
  return objects.flatMap(object => (object ? [label(object)] : [])).sort();
}

/** cdk8s writes a namespace on Namespaces too, which means nothing. */
const label = ({ kind, metadata: { name, namespace } }: KubernetesObject) =>
  kind === "Namespace" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;

/** What one list has and the other has not. */
export function unequal(ours: readonly string[], theirs: readonly string[]): string[] {
  return [
    ...ours.filter(object => !theirs.includes(object)).map(object => `${object}: only ours`),
    ...theirs.filter(object => !ours.includes(object)).map(object => `${object}: only theirs`),
    ...(ours.length === theirs.length ? [] : [`ours are ${ours.length} objects, theirs ${theirs.length}`]),
  ];
}
