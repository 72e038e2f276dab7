import {
  type Alias,
  type Document,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { Fault } from "../../constructs/kubernetes/grammar/grammar";
import { type Finding, finding, lowerFirst, type Path, type Place } from "./finding";
import { keyFault, nodeFault } from "./plain-data";
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

/** Deeper than any file of a person; everything below the schema may recurse. */
const mostLevels = 100;

/** Parses the YAML of one file: a map. */
export function parseValues(text: string, file: string): Parsed {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { tree, findings } = parseTree(text, place, [], lines);
  if (!tree || isMapTree(tree.value)) return { ...(tree && { tree }), findings };
  const message = tree.value === null ? "is empty" : "must be a map of keys";
  return { findings: [...findings, finding(tree.place, [], message, "start with profile: dev")] };
}

/**
 * Parses any YAML that is plain data, which is at `path`: whatever else YAML can say is a finding. After a repeated key
 * the rest is worth checking, after other errors it is not, and what the parser says beyond the first of those follows
 * from it.
 */
export function parseTree(
  text: string,
  place: (offset: number) => Place,
  path: Path = [],
  lineCounter = new LineCounter(),
): Parsed {
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    logLevel: "error",
    resolveKnownTags: false,
  });
  const isRepeated = ({ code }: YAMLError) => code === "DUPLICATE_KEY";
  const broken = document.errors.find(error => !isRepeated(error));
  const errors = [...document.errors.filter(isRepeated), ...(broken ? [broken] : [])];
  const findings = errors.map(error => finding(place(error.pos[0]), path, ...syntax(error, text)));
  if (broken) return { findings };
  const directive = /^%.*/m.exec(text.split(/^---/m)[0] as string);
  if (directive) {
    const message = `the directive ${directive[0]} is not read: values are YAML 1.2`;
    return {
      findings: [...findings, finding(place(directive.index), path, message, "remove it, and the --- after it")],
    };
  }
  const top = document.contents as ParsedNode | null;
  const reader = new Reader(document, place);
  const tree = reader.read(top, place(top?.range[0] ?? 0), path);
  return reader.findings.length > 0 ? { findings: [...findings, ...reader.findings] } : { tree, findings };
}

function syntax(error: YAMLError, text: string): Fault {
  if (error.code === "MULTIPLE_DOCS") return ["a second document starts here", "one environment a file, without ---"];
  if (error.code === "DUPLICATE_KEY") {
    const [key] = /^[^:\n]*/.exec(text.slice(error.pos[0])) ?? [];
    return [`the key ${key} stands in this map already`, "keep one of the two"];
  }
  if (error.message.startsWith("Maximum call stack")) return TOO_DEEP;
  return [`not YAML: ${lowerFirst(error.message)}`];
}

const TOO_DEEP: Fault = [`more than ${mostLevels} levels of lists and maps`, "take out levels"];

/** Turns a document's nodes into a tree, with every alias replaced by what it stands for. */
class Reader {
  readonly findings: Finding[] = [];
  private readonly open = new Set<ParsedNode>();
  private nodes = 0;
  private tooMany = false;

  constructor(
    private readonly document: Document,
    private readonly place: (offset: number) => Place,
  ) {}

  read(node: ParsedNode | null, key: Place, path: Path): Tree {
    if (!node) return { place: key, key, value: null };
    const place = this.place(node.range[0]);
    const target = isAlias(node) ? this.resolve(node, place, path) : node;
    if (!target) return { place, key, value: null };
    // What an anchor stands for is checked there.
    const fault = isAlias(node) ? undefined : nodeFault(target);
    if (fault) this.report(place, path, fault);
    if (node.range[0] === node.range[1]) return { place: key, key, value: null };
    this.nodes++;
    if (isScalar(target)) return { place, key, text: target.source, value: target.value as Scalar };
    if (this.open.size >= mostLevels) {
      this.report(place, path, TOO_DEEP);
      return { place, key, value: null };
    }

    this.open.add(target);
    const value = isSeq(target)
      ? target.items.map((item, i) => this.read(item, this.place(item.range[0]), [...path, i]))
      : new Map(target.items.map(pair => this.entry(pair, path)));
    this.open.delete(target);
    return { place: isAlias(node) || target.flow ? place : key, key, value };
  }

  private entry({ key, value }: Pair<ParsedNode, ParsedNode | null>, path: Path): [string, Tree] {
    const place = this.place(key.range[0]);
    const fault = keyFault(key);
    if (fault) this.report(place, path, fault);
    const name = isScalar(key) ? String(key.value) : String(key);
    return [name, this.read(value, place, [...path, name])];
  }

  private resolve(alias: Alias.Parsed, place: Place, path: Path): Content | undefined {
    if (this.tooMany) return undefined;
    const target = alias.resolve(this.document) as Content | undefined;
    const wrong = !target
      ? `there is no anchor &${alias.source} above this alias`
      : this.open.has(target)
        ? `the alias *${alias.source} stands within itself`
        : undefined;
    this.tooMany = this.nodes > mostNodes;
    if (!wrong && !this.tooMany) return target;
    this.report(place, path, [
      wrong ?? "the aliases of this file expand to too much",
      "write out what this one stands for",
    ]);
    return undefined;
  }

  private report(place: Place, path: Path, fault: Fault): void {
    this.findings.push(finding(place, path, ...fault));
  }
}
