import { Document, isCollection, isMap, isScalar, type Node } from "yaml";
import { mergeKubernetes } from "../constructs/kubernetes/vocabulary/merge";
import { YAML_AS_GIVEN } from "../constructs/kubernetes/yaml-as-given";
import { at } from "../review/read";
import type { Environment } from "../values/load/environment";
import { type Level, levelsOf } from "../values/schema/levels";

/** Values with every default, and each block `kubernetes` as it holds at its level. */
export function effectiveValues({ values }: Pick<Environment, "values">): unknown {
  return documentOf(values).toJS();
}

/** The same as YAML. Comments say where each word of those blocks was written. */
export function effectiveText(environment: Environment): string {
  const document = documentOf(environment.values);
  for (const level of levelsOf(environment.values)) {
    const block = document.getIn([...level.path, "kubernetes"]);
    if (isMap(block)) note(block, [], originOf(level, environment));
  }
  return document.toString(YAML_AS_GIVEN);
}

function documentOf(values: Environment["values"]): Document {
  const document = new Document(values);
  for (const { path, around, kubernetes } of levelsOf(values)) {
    const merged = [...around.map(each => each.kubernetes), kubernetes].reduce(mergeKubernetes, {});
    if (Object.keys(merged ?? {}).length > 0) document.setIn([...path, "kubernetes"], document.createNode(merged));
  }
  return document;
}

type Keys = readonly string[];

/** Notes where each leaf of a block was written: a list is one. */
function note(node: Node, path: Keys, origin: (path: Keys) => string): void {
  if (isMap(node) && node.items.length > 0) {
    for (const { key, value } of node.items) note(value as Node, [...path, String(key)], origin);
  } else if (isCollection(node) && node.items.length > 0) node.commentBefore = ` ${origin(path)}`;
  else if (isScalar(node) || isCollection(node)) node.comment = ` ${origin(path)}`;
}

/** Where the value of a path below `kubernetes` was written: at the nearest level that has it. */
const originOf =
  ({ path, kubernetes, around }: Level, { locate }: Environment) =>
  (below: Keys): string => {
    const levels = [...around, { path, kubernetes }].reverse();
    const writer = levels.find(({ kubernetes }) => at(kubernetes, ...below) !== undefined) ?? levels[0];
    const { file, line } = locate([...(writer?.path ?? []), "kubernetes", ...below]);
    return line > 0 ? `${file}:${line}` : "--set";
  };
