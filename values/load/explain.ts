import { z } from "zod";
import { closest } from "./closest";
import { allowed, bare, below, expected, given, keysOf, quote, words } from "./describe";
import { type Finding, finding, lowerFirst, type Path, type Place } from "./finding";
import { insteadOf } from "./removed";
import { at, isList, isMap, nearest, type Tree } from "./tree";

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;
type RangeIssue = z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall;
type VariantIssue = z.core.$ZodIssueInvalidUnion | z.core.$ZodIssueUnrecognizedKeys;

/** What the schema finds wrong with a tree, in the words of a values file. */
export function explain(schema: Schema, tree: Tree, issues: readonly Issue[], above: Path = []): Finding[] {
  const findings = explainEach(schema, tree, issues, above);
  // A key that was misspelt is not missing too.
  const meant = findings.flatMap(({ path, remedy }) => {
    const [, key] = /^did you mean "(.+)"\?$/.exec(remedy ?? "") ?? [];
    return key ? [path.replace(/[^.]+$/, key)] : [];
  });
  return findings.filter(({ path, message }) => !(message.startsWith("is missing") && meant.includes(path)));
}

function explainEach(schema: Schema, tree: Tree, issues: readonly Issue[], above: Path): Finding[] {
  return issues.flatMap(issue => {
    const path = issue.path as Path;
    const meant = path.reduce<Schema | undefined>((here, key) => here && below(here, key), schema) ?? schema;
    const union = bare(meant);
    const here = nearest(tree, path);
    const full = [...above, ...path];
    if (!at(tree, path)) return absent("is missing", meant, here.place, full);
    if (here.value === null) return absent("is empty", meant, here.place, full);
    const variants = issue.code === "invalid_union" || issue.code === "unrecognized_keys";
    if (variants && union instanceof z.ZodUnion) return explainUnion(union, here, issue, full);
    if (issue.code === "unrecognized_keys") return issue.keys.map(key => unknownKey(meant, here, key, full));
    return explainValue(meant, here, issue, full);
  });
}

function unknownKey(schema: Schema, map: Tree, key: string, path: Path): Finding {
  const keys = keysOf(schema);
  const place = (isMap(map.value) && map.value.get(key)?.key) || map.place;
  const instead = insteadOf([...path, key]);
  if (instead) return finding(place, [...path, key], `the key ${quote(key)} was removed`, instead);
  return finding(
    place,
    [...path, key],
    `unknown key ${quote(key)}; allowed: ${keys.join(", ")}`,
    didYouMean(key, keys),
  );
}

function absent(how: string, schema: Schema, place: Place, path: Path): Finding {
  const description = (schema as z.ZodType).description;
  return finding(place, path, `${how}: ${expected(schema)}${description ? `\n${description}` : ""}`);
}

/** Keys tell the alternatives of a union apart, so only the one that was meant is explained. */
function explainUnion(union: z.ZodUnion, tree: Tree, issue: VariantIssue, path: Path): Finding[] {
  const written = isMap(tree.value) ? [...tree.value.keys()] : [];
  const [meant, ...rivals] = union.options
    .map((option, i) => ({ option, i, keys: written.filter(key => keysOf(option).includes(key)) }))
    .filter(({ keys }) => keys.length > 0);
  if (!meant) return [notAllowed(union, tree, path)];
  if (rivals.length > 0) {
    const keys = new Set([meant, ...rivals].flatMap(({ keys }) => keys));
    const message = `${[...keys].join(" and ")} exclude each other; allowed: ${allowed(union)}`;
    return [finding(tree.place, path, message, "keep one of them")];
  }
  const issues = issue.code === "invalid_union" ? (issue.errors[meant.i] ?? []) : [{ ...issue, path: [] }];
  return explain(meant.option, tree, issues, path);
}

function notAllowed(schema: Schema, tree: Tree, path: Path): Finding {
  const [first] = isMap(tree.value) ? tree.value.keys() : [tree.value];
  const known = isMap(tree.value) ? keysOf(schema) : words(schema);
  const instead = insteadOf(path, String(first));
  const what = `${given(tree)} ${instead ? "was removed" : "is not allowed"}`;
  const remedy = instead ?? didYouMean(String(first), known);
  return finding(tree.place, path, `${what}; allowed: ${allowed(schema)}`, remedy);
}

function didYouMean(text: string, known: readonly string[]): string | undefined {
  const meant = closest(text, known);
  return meant && `did you mean ${quote(meant)}?`;
}

function explainValue(schema: Schema, tree: Tree, issue: Issue, path: Path): Finding {
  switch (issue.code) {
    case "invalid_value":
      return notAllowed(schema, tree, path);
    case "invalid_type":
      return wrongType(schema, tree, path);
    case "invalid_key":
      return finding(tree.key, path, `the key ${quote(String(path.at(-1)))} ${issue.issues[0]?.message}`);
    case "too_big":
    case "too_small":
      return outOfRange(schema, tree, issue, path);
    case "invalid_format":
      return finding(tree.place, path, `${given(tree)} ${issue.message}`);
    case "custom": {
      const { ofText, remedy } = (issue.params ?? {}) as { readonly ofText?: true; readonly remedy?: string };
      const message = ofText ? `${given(tree)} ${issue.message}` : lowerFirst(issue.message);
      return finding(tree.place, path, message, remedy);
    }
    default:
      return finding(tree.place, path, lowerFirst(issue.message));
  }
}

function wrongType(schema: Schema, tree: Tree, path: Path): Finding {
  const unquoted = expected(schema) === "a string" && tree.text !== undefined;
  const kind = typeof tree.value === "string" ? "the string " : "";
  const message = `must be ${expected(schema)}, not ${kind}${given(tree)}`;
  return finding(tree.place, path, message, unquoted ? `put it in quotes: ${quote(tree.text)}` : undefined);
}

function outOfRange(schema: Schema, { value, place, text }: Tree, issue: RangeIssue, path: Path): Finding {
  const bound = issue.code === "too_big" ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  if (isList(value)) return finding(place, path, `has ${value.length} elements; allowed: ${bound}`);
  if (typeof value === "string") {
    return finding(place, path, `${quote(value)} has ${value.length} characters; allowed: ${bound}`);
  }
  const number = bare(schema);
  const most = number instanceof z.ZodNumber && number.maxValue !== Number.MAX_SAFE_INTEGER && number.maxValue;
  const range = most ? `${number.minValue} to ${most}` : bound;
  return finding(place, path, `${text ?? value} is out of range; allowed: ${range}`);
}
