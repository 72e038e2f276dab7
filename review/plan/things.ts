import { parse } from "yaml";
import { type Context, convertBlock } from "../../manifests/convert";
import { type Kind, kinds } from "../../manifests/fields/kinds";
import { convertRelease } from "../../manifests/helm";
import { isObject, type JsonObject } from "../../manifests/json";
import type { KubernetesObject } from "../../manifests/objects";
import { type Thing, thingOf, thingOfRelease } from "../change";
import { isManifest } from "../manifest";
import type { ResourceChange } from "./values";

/**
 * The object that a resource makes, whatever its type is called: `kubernetes_stateful_set` is the same as
 * `kubernetes_stateful_set_v1`, and whole manifests count as well. A resource that is no Kubernetes object and no
 * release keeps its address and its values.
 */
export function thingFrom({ address, type }: ResourceChange, values: JsonObject): Thing {
  if (type === "helm_release") return thingOfRelease(convertRelease(values, address, LENIENT));
  const object = wholeManifest(type, values) ?? typedObject(type, values);
  return object ? thingOf(object) : { kind: type, address, body: values };
}

/** What `kubernetes_manifest` and `kubectl_manifest` take: the object itself. */
function wholeManifest(type: string, { object, manifest, yaml_body: text }: JsonObject): KubernetesObject | undefined {
  if (type === "kubernetes_manifest") return [object, manifest].map(said).find(isManifest);
  if (type !== "kubectl_manifest" || typeof text !== "string") return undefined;
  try {
    return [parse(text)].find(isManifest);
  } catch {
    return undefined; // "(sensitive)", or known only after apply
  }
}

function typedObject(type: string, values: JsonObject): KubernetesObject | undefined {
  const [, name] = /^kubernetes_(.+?)(?:_v\d+(?:(?:alpha|beta)\d+)?)?$/.exec(type) ?? [];
  if (!name) return undefined;
  const known = `kubernetes_${name}_v1`;
  const kind: Kind = Object.hasOwn(kinds, known)
    ? (kinds[known] as Kind)
    : { apiVersion: "", kind: pascal(name), fields: {} };
  const fields = Object.keys(kind.fields).length > 0 ? convertBlock(values, kind.fields, "", LENIENT) : raw(values);
  const { metadata, ...rest } = (said(fields) ?? {}) as JsonObject;
  if (!isObject(metadata) || typeof metadata.name !== "string") return undefined;
  return {
    ...rest,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: metadata as unknown as KubernetesObject["metadata"],
  };
}

const pascal = (name: string) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());

/** A kind that the manifest view does not know: its metadata out of their block, the rest as it is. */
const raw = ({ metadata, ...values }: JsonObject) => ({
  ...values,
  metadata: Array.isArray(metadata) ? metadata[0] : metadata,
});

/** A state has several empty values, and the provider replaces one by another without a change. */
export function said(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (Array.isArray(value)) {
    const list = value.map(each => said(each)).filter(each => each !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, said(each)] as const);
  const rest = entries.filter(([, each]) => each !== undefined);
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** A plan has every attribute of the provider's schema, also those that the view refuses in a configuration. */
const LENIENT: Context = { text: raw => raw, problem: () => undefined };
