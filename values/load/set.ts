import { quote } from "./describe";
import { type Finding, finding, type Path, type Place, showPath } from "./finding";
import { parseTree } from "./parse";
import { isList, isMap, merge, type Tree, type TreeMap } from "./tree";

/** One `--set path=value`. */
export interface Assignment {
  readonly path: Path;
  readonly value: Tree;
}

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
  const { tree, findings } = parseTree(yaml, () => place);
  return findings[0] ?? { path, value: tree as Tree };
}

/** Carries out an assignment. It makes maps and lists on the way; a list takes an existing position or the next one. */
export function assign(tree: Tree | undefined, { path, value }: Assignment, done = 0): Tree | Finding {
  const next = path[done];
  if (next === undefined) return tree ? merge(tree, value) : value;
  const holds = isMap(tree?.value) || isList(tree?.value);
  const made: Tree = { place: value.place, key: value.place, value: typeof next === "number" ? [] : new Map() };
  const holder = tree && holds ? tree : made;

  if (isList(holder.value)) {
    const size = holder.value.length;
    if (typeof next !== "number" || next > size) {
      const list = showPath(path.slice(0, done));
      const message = `${list} is a list of ${size}, so ${quote(String(next))} is none of its positions`;
      return finding(value.place, path, message, `${size} adds an element`);
    }
    const item = assign(holder.value[next], { path, value }, done + 1);
    return isFinding(item) ? item : { ...holder, value: holder.value.toSpliced(next, 1, item) };
  }
  const entries = holder.value as TreeMap;
  const under = assign(entries.get(String(next)), { path, value }, done + 1);
  return isFinding(under) ? under : { ...holder, value: new Map([...entries, [String(next), under]]) };
}

export function isFinding(result: object): result is Finding {
  return "message" in result;
}
