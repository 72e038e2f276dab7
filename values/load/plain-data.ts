import { type Alias, isAlias, isScalar, type ParsedNode, type Scalar as YamlScalar } from "yaml";
import { isTokenText } from "../../constructs/kubernetes/framework/token-text";
import type { Fault } from "../../constructs/kubernetes/grammar/grammar";

/** Words that YAML 1.1, as kubectl and Helm read it, takes for true and false, and YAML 1.2 for text. */
const OLD_BOOLEAN = /^(yes|no|on|off)$/i;

/** A number of JSON, which all readers take for the same: `0400` is 256 in YAML 1.1, and 400 in YAML 1.2. */
const DECIMAL = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/;

/** Keys that JavaScript gives a meaning to: libraries lose them. */
const LOST_KEY = /^(__proto__|constructor)$/;

/**
 * Controls but tab and line breaks, halves of characters, marks of byte order, line breaks that only some programs take
 * for such, what turns the text around it, and what nobody sees: joiners stay, of which scripts and emoji are made.
 */
const NO_TEXT = new RegExp(
  [
    "(?![\\t\\n\\r])\\p{Cc}",
    "[\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufffe\\uffff]",
    "\\p{Surrogate}",
  ].join("|"),
  "u",
);

/** What of a node itself is more than plain data, which is text, decimal numbers, true and false, lists and maps. */
export function nodeFault(node: Exclude<ParsedNode, Alias.Parsed>): Fault | undefined {
  if (node.tag) {
    const tag = node.tag.replace("tag:yaml.org,2002:", "!!");
    return [`the tag ${tag} is not read: values are plain data`, "remove it, and put text in quotes"];
  }
  return isScalar(node) ? scalarFault(node) : undefined;
}

/** What keeps a node from being a key: keys are text. */
export function keyFault(key: ParsedNode): Fault | undefined {
  if (!isScalar(key)) {
    const what = isAlias(key) ? `the alias *${key.source}` : "a list or a map";
    return [`${what} is a key: keys are text`, "write the key out"];
  }
  const { value, source, type } = key;
  if (value === "<<" && type === "PLAIN") {
    return ["the merge key << is not read: YAML 1.2 has none", "write the keys out, or use an alias for the whole map"];
  }
  const fault = nodeFault(key);
  if (fault) return fault;
  if (value === null && !source) return ["an empty key", "write the key before the colon"];
  if (typeof value !== "string") return [`the key ${source} is not text`, `put it in quotes: "${source}"`];
  return LOST_KEY.test(value) ? [`the key ${value} is refused: libraries would lose it`, "rename it"] : undefined;
}

function scalarFault({ value, type, source }: YamlScalar.Parsed): Fault | undefined {
  if (typeof value === "number") return numberFault(value, source);
  if (typeof value !== "string") return undefined;
  if (type !== "PLAIN" || !OLD_BOOLEAN.test(value)) return textFault(value);
  const truth = /^(yes|on)$/i.test(value);
  return [
    `${value} is ${truth} for some readers of YAML, and text for others`,
    `write ${truth}, or "${value}" for text`,
  ];
}

function numberFault(value: number, source: string): Fault | undefined {
  if (!Number.isFinite(value)) return [`${source} is not a number of JSON`, `for text, put it in quotes: "${source}"`];
  if (!DECIMAL.test(source)) {
    return [`${source} is not a decimal number: readers of YAML differ`, `write ${value}, or "${source}" for text`];
  }
  if (isTokenText(String(value))) return textFault(String(value));
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return [`${source} is larger than the numbers that are exact`, `put it in quotes: "${source}"`];
}

/** What not every file, manifest and terminal carries as it is. */
function textFault(text: string): Fault | undefined {
  if (isTokenText(text)) {
    return ["the text looks like a token of CDKTF, which would put another value in its place", "write it differently"];
  }
  const code = NO_TEXT.exec(text)?.[0]?.codePointAt(0);
  if (code === undefined) return undefined;
  return [`the character U+${code.toString(16).toUpperCase().padStart(4, "0")} is not text`, "remove it"];
}
