/**
 * The strict view of a synthesized stack: Terraform JSON (`cdk.tf.json`, or `stack.toTerraform()`) becomes the
 * Kubernetes objects that Terraform will create. A field that the view does not know is an error, never dropped.
 *
 * Defaults of the provider are shown if Kubernetes has another default, or if they are security decisions. `fields/`
 * says which.
 */
import { type Context, convertBlock } from "./convert";
import { Problems } from "./errors";
import { type Kind, kinds } from "./fields/kinds";
import { convertRelease, type HelmRelease } from "./helm";
import { isObject, type JsonObject } from "./json";
import type { KubernetesObject, StackManifests } from "./objects";
import { References } from "./terraform";

export { ManifestError } from "./errors";
export type { HelmRelease } from "./helm";
export { toYaml } from "./yaml";

/** Parts of the JSON that create no Kubernetes object. */
const NO_RESOURCES = [
  "//",
  "terraform",
  "provider",
  "output",
  "variable",
  "locals",
  "data",
  "moved",
  "removed",
  "import",
];

/** @throws ManifestError with everything in the stack that cannot be shown. */
export function toManifests(terraformJson: object): StackManifests {
  const { resource, ...others } = terraformJson as JsonObject;
  const provider = providerOf(others.terraform);
  const problems = new Problems();
  for (const part of Object.keys(others)) {
    if (!NO_RESOURCES.includes(part))
      problems.add(part, "", "the manifest view does not know this part of Terraform's JSON");
  }
  const references = new References(isObject(resource) ? resource : {});
  const objects: KubernetesObject[] = [];
  const releases: HelmRelease[] = [];
  for (const [type, name, raw] of instances(resource ?? {})) {
    const address = `${type}.${name}`;
    const context: Context = {
      provider,
      text: (text, path) => references.text(text, message => problems.add(address, path, message)),
      problem: (path, message) => problems.add(address, path, message),
    };
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (type === "terraform_data") continue; // Terraform's own memory
    if (kind) objects.push(convertObject(raw, kind, context));
    else if (type === "helm_release") releases.push(convertRelease(raw, address, context));
    else context.problem("", `the manifest view does not know this resource type; it knows ${KNOWN.join(", ")}`);
  }
  problems.throwIfAny();
  const existingNamespaces = existingIn(others.data);
  return {
    objects: objects.sort(byOrderOfApply),
    releases: releases.sort((a, b) => compare(a.name, b.name)),
    ...(existingNamespaces.length > 0 && { existingNamespaces }),
  };
}

/** Namespaces that Terraform reads. */
function existingIn(data: unknown): string[] {
  return [...instances(data ?? {})].flatMap(([type, , body]) => {
    const { name } = Object(type === "kubernetes_namespace_v1" ? Object(body).metadata : undefined);
    return typeof name === "string" ? [name] : [];
  });
}

function providerOf(terraform: unknown): number | undefined {
  const { required_providers: providers } = (terraform ?? {}) as { required_providers?: Providers };
  const [, major] = /(\d+)\./.exec(providers?.kubernetes?.version ?? "") ?? [];
  return major === undefined ? undefined : Number(major);
}

interface Providers {
  readonly kubernetes?: { readonly version?: string };
}

function* instances(resource: unknown): Generator<readonly [type: string, name: string, raw: unknown]> {
  for (const [type, named] of Object.entries(resource as object)) {
    for (const [name, raw] of Object.entries(named)) yield [type, name, raw];
  }
}

function convertObject(raw: unknown, { apiVersion, kind, fields }: Kind, context: Context): KubernetesObject {
  const { metadata, ...rest } = convertBlock(raw, fields, "", context);
  if (!isObject(metadata) || metadata.name === undefined) context.problem("metadata.name", "is missing");
  return { apiVersion, kind, metadata: metadata as KubernetesObject["metadata"], ...rest };
}

const KNOWN = [...Object.keys(kinds), "helm_release"];
const ORDER = Object.values(kinds).map(({ kind }) => kind);

function byOrderOfApply(a: KubernetesObject, b: KubernetesObject): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    compare(a.metadata.name, b.metadata.name) ||
    compare(a.metadata.namespace ?? "", b.metadata.namespace ?? "")
  );
}

/** By code unit: the order is the same on every machine. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
