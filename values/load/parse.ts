import {
  type Alias,
  type Document,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from "yaml";
import { type Finding, finding, lowerFirst, type Place } from "./finding";
import { isMap as isMapTree, type Scalar, type Tree } from "./tree";

/** A parsed file: its tree when it could be read as YAML, and all that is wrong with it as YAML. */
export interface Parsed {
  readonly tree?: Tree;
  readonly findings: readonly Finding[];
}

/** A node that holds a value itself. */
type Content = Exclude<ParsedNode, Alias.Parsed>;

/** More values than any file has that a person wrote; only aliases of aliases reach it. */
const mostNodes = 20_000;

/** Parses the YAML of one file: a map. */
export function parseValues(text: string, file: string): Parsed {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { tree, findings } = parseTree(text, place, lines);
  if (!tree || isMapTree(tree.value)) return { ...(tree && { tree }), findings };
  const message = tree.value === null ? "is empty" : "must be a map of keys";
  return { findings: [...findings, finding(tree.place, [], message, "start with profile: dev")] };
}

/** Parses any YAML. After a repeated key the rest is worth checking, after other errors it is not. */
export function parseTree(text: string, place: (offset: number) => Place, lineCounter = new LineCounter()): Parsed {
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const findings = document.errors.map(error => finding(place(error.pos[0]), [], ...syntax(error, text)));
  if (document.errors.some(error => error.code !== "DUPLICATE_KEY")) return { findings };
  const top = document.contents as ParsedNode | null;
  const reader = new Reader(document, place);
  const tree = reader.read(top, place(top?.range[0] ?? 0));
  return reader.findings.length > 0 ? { findings: [...findings, ...reader.findings] } : { tree, findings };
}

function syntax(error: YAMLError, text: string): [message: string, remedy?: string] {
  if (error.code === "MULTIPLE_DOCS") return ["a second document starts here", "one environment a file, without ---"];
  if (error.code === "DUPLICATE_KEY") {
    const [key] = /^[^:\n]*/.exec(text.slice(error.pos[0])) ?? [];
    return [`the key ${key} stands in this map already`, "keep one of the two"];
  }
  return [`not YAML: ${lowerFirst(error.message)}`];
}

/** Turns a document's nodes into a tree, with every alias replaced by what it stands for. */
class Reader {
  readonly findings: Finding[] = [];
  private readonly open = new Set<ParsedNode>();
  private nodes = 0;

  constructor(
    private readonly document: Document,
    private readonly place: (offset: number) => Place,
  ) {}

  read(node: ParsedNode | null, key: Place): Tree {
    if (!node || node.range[0] === node.range[1]) return { place: key, key, value: null };
    const place = this.place(node.range[0]);
    const target = isAlias(node) ? this.resolve(node, place) : node;
    if (!target) return { place, key, value: null };
    this.nodes++;
    if (isScalar(target)) return { place, key, text: target.source, value: scalar(target.value) };

    this.open.add(target);
    const value = isSeq(target)
      ? target.items.map(item => this.read(item, this.place(item.range[0])))
      : new Map(target.items.map(pair => [name(pair.key), this.read(pair.value, this.place(pair.key.range[0]))]));
    this.open.delete(target);
    return { place: isAlias(node) || target.flow ? place : key, key, value };
  }

  private resolve(alias: Alias.Parsed, place: Place): Content | undefined {
    const target = alias.resolve(this.document) as Content | undefined;
    const wrong = !target
      ? `there is no anchor &${alias.source} above this alias`
      : this.open.has(target)
        ? `the alias *${alias.source} stands within itself`
        : this.nodes > mostNodes && "the aliases of this file expand to too much";
    if (!wrong) return target;
    this.findings.push(finding(place, [], wrong));
    return undefined;
  }
}

function scalar(value: unknown): Scalar {
  return ["string", "number", "boolean"].includes(typeof value) || value === null ? (value as Scalar) : String(value);
}

function name(key: ParsedNode): string {
  return isScalar(key) ? String(key.value) : String(key);
}
