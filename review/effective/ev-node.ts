import { parse } from "yaml";
import { isObject, type JsonObject } from "../../manifests/json";
import { dataOf } from "../../manifests/read/object";
import { at, identityOf } from "../read";
import type { Side } from "../sides";
import { containersSeen, type Seen } from "./containers";

/** ev-node's configuration as a member takes it, and the ConfigMap that holds it. */
export interface EvNode {
  readonly configMap: string;
  readonly config: JsonObject;
}

const FILE = "evnode.yaml";

/** ev-node's configuration of a workload: the file that it mounts, with the flags over it. */
export function evNodeOf(body: JsonObject | undefined, side: Side): EvNode | undefined {
  for (const seen of containersSeen(body, side)) {
    const configMap = configMapsOf(seen).find(name => FILE in filesOf(body, name, side));
    if (configMap === undefined) continue;
    const config = parseEvNode(filesOf(body, configMap, side)[FILE]) ?? {};
    return { configMap, config: withFlags(config, seen.told.flags) };
  }
  return undefined;
}

export function parseEvNode(text: unknown): JsonObject | undefined {
  const config: unknown = typeof text === "string" ? parse(text) : undefined;
  return isObject(config) ? config : undefined;
}

/** The ConfigMaps that a container mounts. */
export const configMapsOf = ({ mounts }: Seen): string[] =>
  mounts.flatMap(mount => {
    const { kind, name } = mount.place();
    return kind === "ConfigMap" && name !== undefined ? [name] : [];
  });

export const filesOf = (body: JsonObject | undefined, configMap: string, side: Side) =>
  dataOf(side.find("ConfigMap", identityOf(body).namespace, configMap));

/** `--evnode.da.namespace=x` stands for `da: { namespace: x }`. */
function withFlags(config: JsonObject, flags: ReadonlyMap<string, string>): JsonObject {
  const own = [...flags].filter(([name]) => name.startsWith("--evnode."));
  return own.reduce((all, [name, value]) => put(all, name.split(".").slice(1), value), config);
}

function put(config: JsonObject, [key = "", ...rest]: readonly string[], value: string): JsonObject {
  const inner = at(config, key);
  return { ...config, [key]: rest.length === 0 ? value : put(isObject(inner) ? inner : {}, rest, value) };
}

/** The namespaces in the DA: headers and data share one where the second is not given. */
export function daNamespaceOf(config: JsonObject | undefined): string | undefined {
  const text = (key: string) => (at(config, "da", key) ? String(at(config, "da", key)) : undefined);
  const headers = text("namespace");
  if (headers === undefined) return undefined;
  const data = text("data_namespace") ?? headers;
  const forced = text("forced_inclusion_namespace");
  return [headers, ...(data === headers ? [] : [`data ${data}`]), ...(forced ? [`forced ${forced}`] : [])].join(", ");
}
