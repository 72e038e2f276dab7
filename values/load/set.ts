import { z } from "zod";
import { bare, below, keysOf, quote } from "./describe";
import { type Finding, finding, type Path, type Place, showPath } from "./finding";
import { parseTree } from "./parse";
import { isList, isMap, merge, type Tree, type TreeMap } from "./tree";

/** One `--set path=value`. */
export interface Assignment {
  readonly path: Path;
  readonly value: Tree;
}

type Schema = z.core.$ZodType;

const example = "for example --set p2p.nodes[0].replicas=3";

const key = String.raw`(?:\\.|[^.[\]\\])+`;
const pathForm = new RegExp(String.raw`^${key}(?:\.${key}|\[\d+\])*$`);

/** Reads `p2p.nodes.0.replicas=3` or `p2p.nodes[0].replicas=3`; the value is YAML; write a dot in a key as `\.`. */
export function parseAssignment(text: string): Assignment | Finding {
  const place: Place = { file: `--set ${text}`, line: 0, column: 0 };
  const [, written = "", yaml = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (!pathForm.test(written)) return finding(place, [], "is not path=value", example);
  const path = [...written.matchAll(new RegExp(key, "g"))].map(([part]) =>
    /^\d+$/.test(part) ? Number(part) : part.replace(/\\(.)/g, "$1"),
  );
  const { tree, findings } = parseTree(yaml, () => place, path);
  return findings[0] ?? { path, value: tree as Tree };
}

/** Carries out an assignment. It makes maps and lists on the way; a list takes an existing position or the next one. */
export function assign(
  tree: Tree | undefined,
  { path, value }: Assignment,
  schema: Schema | undefined,
  done = 0,
): Tree | Finding {
  const next = path[done];
  if (next === undefined) {
    return tree ? merge(isMap(value.value) ? ofVariant(schema, tree, [...value.value.keys()]) : tree, value) : value;
  }
  if (value.value === null && done === path.length - 1) return unset(tree, next, path, value.place);
  const holds = isMap(tree?.value) || isList(tree?.value);
  const made: Tree = { place: value.place, key: value.place, value: typeof next === "number" ? [] : new Map() };
  const holder = tree && holds ? ofVariant(schema, tree, [String(next)]) : made;
  const inside = schema && below(schema, next);

  if (isList(holder.value)) {
    const size = holder.value.length;
    if (typeof next !== "number" || next > size) {
      const list = showPath(path.slice(0, done));
      const message = `${list} is a list of ${size}, so ${quote(String(next))} is none of its positions`;
      return finding(value.place, path, message, `${size} adds an element`);
    }
    const item = assign(holder.value[next], { path, value }, inside, done + 1);
    return isFinding(item) ? item : { ...holder, value: holder.value.toSpliced(next, 1, item) };
  }
  const entries = holder.value as TreeMap;
  const under = assign(entries.get(String(next)), { path, value }, inside, done + 1);
  return isFinding(under) ? under : { ...holder, value: new Map([...entries, [String(next), under]]) };
}

/** Without the keys of other alternatives than the one that is assigned: `ha.single` replaces `ha.raft`. */
function ofVariant(schema: Schema | undefined, tree: Tree, keys: readonly string[]): Tree {
  const union = schema && bare(schema);
  if (!(union instanceof z.ZodUnion) || !isMap(tree.value)) return tree;
  const meant = union.options.map(keysOf).find(known => keys.length > 0 && keys.every(key => known.includes(key)));
  return meant ? { ...tree, value: new Map([...tree.value].filter(([key]) => meant.includes(key))) } : tree;
}

/** An empty value takes a key or an element away, so that its default or the profile's absence holds. */
function unset(tree: Tree | undefined, last: string | number, path: Path, place: Place): Tree | Finding {
  if (isMap(tree?.value) && tree.value.has(String(last))) {
    return { ...tree, value: new Map([...tree.value].filter(([key]) => key !== String(last))) } as Tree;
  }
  if (isList(tree?.value) && Number(last) < tree.value.length) {
    return { ...tree, value: tree.value.toSpliced(Number(last), 1) } as Tree;
  }
  return finding(place, path, "is not set, so it cannot be taken away", "leave this --set out");
}

export function isFinding(result: object): result is Finding {
  return "message" in result;
}
