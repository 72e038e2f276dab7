import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../manifests/json";
import { below, itemOf, meaning, type Place } from "../manifests/meaning/meaning";

/** One field that differs; without `before` it is new, without `after` it is gone. */
export interface Difference {
  /** Such as `spec.template.spec.containers[node].env[P2P_PORT].value`: items are found by name, not by position. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Stands in a plan for a value that only the cluster or the provider knows. */
export const UNKNOWN = "(known after apply)";

/**
 * Every field in which two objects of a kind differ in meaning, in their own order; not one that was absent and is not
 * known yet.
 */
export function differences(kind: string, before: unknown, after: unknown): Difference[] {
  return between({ kind, keys: [] }, "", before, after);
}

/** `around` are the objects that hold the two. */
function between(
  place: Place,
  path: string,
  before: unknown,
  after: unknown,
  around: readonly [unknown, unknown] = [{}, {}],
): Difference[] {
  if (isDeepStrictEqual(before, after) || (before === undefined && after === UNKNOWN)) return [];
  if (isDeepStrictEqual(meaning(before, place, around[0]), meaning(after, place, around[1]))) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap(key => {
      const [old, now] = [before[key], after[key]];
      return between(below(place, key, now ?? old), join(path, key), old, now, [before, after]);
    });
  }
  if (isObjects(before) && isObjects(after)) return differencesOfLists(place, path, before, after);
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function differencesOfLists(
  place: Place,
  path: string,
  before: readonly JsonObject[],
  after: readonly JsonObject[],
): Difference[] {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const found = names.flatMap(name => {
    const [was, is] = [old.get(name), now.get(name)];
    return between(itemOf(place, is ?? was), `${path}[${name}]`, was, is);
  });
  const [from, to] = [[...old.keys()], [...now.keys()]];
  if (found.length > 0 || isDeepStrictEqual(from, to)) return found;
  return [{ path: `${path} (order)`, before: from, after: to }];
}

/** Containers, variables, ports and claim templates have names, mounts have paths. Other items have only a position. */
function byName(list: readonly JsonObject[]): Map<string, JsonObject> {
  const named = new Map(list.map(item => [nameOf(item), item]));
  if (!named.has(undefined) && named.size === list.length) return named as Map<string, JsonObject>;
  return new Map(list.map((item, i) => [String(i), item]));
}

function nameOf(item: JsonObject): string | undefined {
  const name = item.mountPath ?? item.name ?? (isObject(item.metadata) ? item.metadata.name : undefined);
  return typeof name === "string" ? name : undefined;
}

const isObjects = (value: unknown): value is JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

function join(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path ? `${path}.${key}` : key;
}
