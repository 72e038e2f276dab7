import type { Path, Place } from "./finding";

export type Scalar = string | number | boolean | null;
export type TreeMap = ReadonlyMap<string, Tree>;

/** A value that knows where it was written, so that merging keeps the place of everything it takes. */
export interface Tree {
  /** Where the value stands; for an indented map or list, where its key stands. */
  readonly place: Place;
  /** Where the key stands that leads to the value. */
  readonly key: Place;
  /** A scalar as it was written, which `value` no longer tells: `0x10` is 16. */
  readonly text?: string;
  readonly value: Scalar | TreeMap | readonly Tree[];
}

export function isMap(value: Tree["value"] | undefined): value is TreeMap {
  return value instanceof Map;
}

export function isList(value: Tree["value"] | undefined): value is readonly Tree[] {
  return Array.isArray(value);
}

/** `over` on top of `under`: maps merge key by key, everything else replaces. */
export function merge(under: Tree, over: Tree): Tree {
  const below = under.value;
  if (!isMap(below) || !isMap(over.value)) return over;
  const merged = new Map<string, Tree>();
  for (const [key, child] of over.value) {
    const other = below.get(key);
    merged.set(key, other ? merge(other, child) : child);
  }
  for (const [key, child] of below) if (!merged.has(key)) merged.set(key, child);
  return { ...over, value: merged };
}

/** The value without its places. */
export function plain(tree: Tree): unknown {
  if (isMap(tree.value)) return Object.fromEntries([...tree.value].map(([key, child]) => [key, plain(child)]));
  if (isList(tree.value)) return tree.value.map(plain);
  return tree.value;
}

/** The child under one key or list position. */
export function child(tree: Tree, key: string | number): Tree | undefined {
  if (isMap(tree.value)) return tree.value.get(String(key));
  return isList(tree.value) && typeof key === "number" ? tree.value[key] : undefined;
}

/** What stands at `path`, if anything does. */
export function at(tree: Tree, path: Path): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const key of path) here = here && child(here, key);
  return here;
}

/** What stands at `path`, or else the nearest thing above it. */
export function nearest(tree: Tree, path: Path): Tree {
  let here = tree;
  for (const key of path) {
    const next = child(here, key);
    if (!next) break;
    here = next;
  }
  return here;
}
