import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { valuesJsonSchema } from "../values/schema/json-schema";

/** What `z.toJSONSchema` says of a value, as far as the reference shows it. */
interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly { readonly $ref?: string }[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

interface Key {
  readonly path: string;
  readonly schema: Schema;
  readonly need: "required" | "choice" | "optional";
}

/** What recurs has a section of its own, whatever it is part of. */
const RECURRING: readonly (readonly [RegExp, string])[] = [
  [/^p2p\.(?:bootstrap|nodes)\[\]\.(announce|identity)\./, "$1."],
  [/^(?:p2p\.(?:bootstrap|nodes)\[\]|sequencer|spike)\.(?:storage|executionStorage)\./, "storage."],
  [/^(?:[\w.[\]]+\.)?kubernetes\.(?:initContainers|sidecars)\[\]\.(?:resources\.)?/, "container."],
  [/^(?:[\w.[\]]+\.)?kubernetes\.resources\.\*\./, "container."],
  [/^(?:p2p|sequencer|spike|p2p\.\w+\[\])\.kubernetes\./, "kubernetes."],
  [/^p2p\.resources\.(?:\w+\.)?/, "resources."],
  [/^(?:p2p|sequencer|spike)\.networkPolicies\.\w+\[\]\./, "endpoint."],
];

/** What Kubernetes' own reference documents. */
const DOCUMENTED = /^kubernetes\.affinity\./;

/** The heading of the keys at the top. */
const ROOT = "Environment";
const PROFILES = join(__dirname, "..", "values", "profiles");

/**
 * A text of values documentation with the tables below its second-level headings written anew. A heading is a path of
 * the schema, or what recurs in it, and has the keys below that path which have no nearer heading. The prose around
 * the tables stays.
 *
 * @throws for a key without a description, and for a heading with a table and no key
 */
export function withTables(text: string): string {
  const schema = valuesJsonSchema() as Schema;
  const keys = keysOf(withoutReferences(schema, schema.definitions ?? {}));
  const parts = text.split(/^(?=## )/m);
  const headings = parts.map(part => /^## (.*)\n/.exec(part)?.[1] ?? "");
  const tabled = headings.filter((_, i) => /^\|/m.test(parts[i] ?? ""));
  const headingOf = (path: string) =>
    tabled.filter(each => placeOf(path).startsWith(`${each}.`)).sort((a, b) => b.length - a.length)[0] ?? ROOT;
  const rows = new Map(tabled.map(heading => [heading, new Map<string, readonly string[]>()]));
  for (const key of keys.filter(({ path }) => !DOCUMENTED.test(placeOf(path)))) {
    const heading = headingOf(key.path);
    const place = placeOf(key.path);
    const name = heading === ROOT ? place : place.slice(heading.length + 1);
    const [inner] = keysOf(key.schema, key.path);
    const below = inner && headingOf(inner.path);
    const section = rows.get(heading);
    if (!section) throw new Error(`the values documentation has no table for ${key.path}`);
    if (!section.has(name)) section.set(name, row(name, key, below === heading ? undefined : below));
  }
  return parts
    .map((part, i) => (rows.has(headings[i] ?? "") ? tableInto(part, headings[i] ?? "", rows) : part))
    .join("");
}

/** A schema in which what stands in several places is written out in each. */
function withoutReferences<T>(schema: T, definitions: Readonly<Record<string, Schema>>): T {
  if (Array.isArray(schema)) return schema.map(each => withoutReferences(each, definitions)) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const { allOf = [], definitions: _, ...own } = schema as Schema;
  const referred = allOf.map(({ $ref = "" }) => definitions[$ref.split("/").at(-1) ?? ""]);
  return Object.fromEntries(
    Object.entries(Object.assign({}, ...referred, own) as Schema).map(([key, each]) => [
      key,
      withoutReferences(each, definitions),
    ]),
  ) as T;
}

function tableInto(
  part: string,
  heading: string,
  rows: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>,
): string {
  const lines = [...(rows.get(heading)?.values() ?? [])];
  if (lines.length === 0)
    throw new Error(`the values documentation has a table for ${heading}, which is nothing of the schema`);
  return part.replace(/(?:^\|.*\n)+/m, () => table([["key", "default", "meaning"], ...lines]));
}

/** Aligned, as the formatter of the project would have it. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  const [head = [], ...others] = rows.map(row => line(row, " "));
  return [
    head,
    line(
      widths.map(() => ""),
      "-",
    ),
    ...others,
  ].join("");
}

function row(name: string, { path, schema, need }: Key, section?: string): readonly string[] {
  if (!schema.description) throw new Error(`${path} has no description → add .describe("…") to the schema`);
  const see = section ? ` See [${section}](#${section.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "")}).` : "";
  return [`\`${name}\``, defaultOf(path, schema, need), `${wordsOf(schema)}${schema.description}${see}`];
}

function defaultOf(path: string, schema: Schema, need: Key["need"]): string {
  if (schema.default !== undefined) return `\`${short(schema.default)}\``;
  return need === "optional" ? (isSupplied(path) ? "profile" : "–") : need;
}

/** As one would write it in a values file. */
function short(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === "" ? '""' : String(value);
  if (Array.isArray(value)) return `[${value.map(short).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${short(inner)}`);
  return entries.length > 0 ? `{ ${entries.join(", ")} }` : "{}";
}

/** More words than these are a list that a description names. */
const MOST_WORDS = 12;

/** The words that may be written: "`hard` or `soft`. ". */
function wordsOf(schema: Schema): string {
  const forms = [schema, ...(schema.anyOf ?? [])];
  const words = forms.flatMap(form => [...(form.enum ?? []), ...(form.const === undefined ? [] : [form.const])]);
  if (words.length === 0 || words.length > MOST_WORDS) return "";
  const all = [...words.map(word => `\`${word}\``), ...(forms.some(form => form.properties) ? ["a map"] : [])];
  return `${all.join(", ").replace(/, ([^,]*)$/, " or $1")}. `;
}

function keysOf(schema: Schema, path = "", isForm = false): Key[] {
  const chosen = isForm && schema.required?.length === 1;
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    const need = !schema.required?.includes(name) ? "optional" : chosen ? "choice" : "required";
    return [{ path: at, schema: child, need } as const, ...keysOf(child, at)];
  });
  const values =
    typeof schema.additionalProperties === "object" ? keysOf(schema.additionalProperties, `${path}.*`) : [];
  const forms = schema.anyOf?.flatMap(form => keysOf(form, path, true)) ?? [];
  return [...own, ...values, ...forms, ...(schema.items ? keysOf(schema.items, `${path}[]`) : [])];
}

function placeOf(path: string): string {
  return RECURRING.reduce((at, [from, to]) => at.replace(from, to), path);
}

/** Whether the package's profiles give it; a section is there where an environment has it. */
function isSupplied(path: string): boolean {
  return ["dev", "prod"].every(name => {
    const profile = parse(readFileSync(join(PROFILES, `${name}.yaml`), "utf8"));
    const value = path.split(".").reduce((above, key) => above?.[key], profile);
    return value !== undefined && path.includes(".");
  });
}
