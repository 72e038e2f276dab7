import { z } from "zod";
import { isList, isMap, type Tree } from "./tree";

type Schema = z.core.$ZodType;

/** The schema itself, without what makes it optional. */
export function bare(schema: Schema): Schema {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return bare(schema.unwrap());
  return schema;
}

/** The schema of what stands under one key or position. */
export function below(schema: Schema, key: PropertyKey): Schema | undefined {
  const here = bare(schema);
  if (here instanceof z.ZodObject) return here.shape[String(key)];
  if (here instanceof z.ZodArray) return here.element;
  if (here instanceof z.ZodUnion) return here.options.map(option => below(option, key)).find(Boolean);
  return here instanceof z.ZodRecord ? here.valueType : undefined;
}

/** The keys that a map may have; none when it may have any. */
export function keysOf(schema: Schema): readonly string[] {
  const here = bare(schema);
  if (here instanceof z.ZodUnion) return here.options.flatMap(keysOf);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

/** What may be written, in the words of a values file: `clusterIp | podIp | { clusterIp: { addresses } }`. */
export function allowed(schema: Schema): string {
  const here = bare(schema);
  if (here instanceof z.ZodUnion) return here.options.map(allowed).join(" | ");
  if (here instanceof z.ZodEnum || here instanceof z.ZodLiteral) return choices(words(here));
  if (here instanceof z.ZodObject) return form(here);
  if (here instanceof z.ZodArray) return "a list";
  if (here instanceof z.ZodRecord) return "a map";
  if (here instanceof z.ZodBoolean) return "true or false";
  if (here instanceof z.ZodNumber) return here.format === "safeint" ? "a whole number" : "a number";
  return "a string";
}

/** A few words are all told, of many the first. */
function choices(all: readonly string[]): string {
  return all.length > 12 ? `${all.slice(0, 3).join(" | ")} | … (${all.length} in all)` : all.join(" | ");
}

/** The words that may be written. */
export function words(schema: Schema): readonly string[] {
  const here = bare(schema);
  if (here instanceof z.ZodUnion) return here.options.flatMap(words);
  if (here instanceof z.ZodEnum) return here.options.map(String);
  return here instanceof z.ZodLiteral ? [...here.values].map(String) : [];
}

/** A map with one key is a variant: what stands under the key tells more than the key. */
function form(schema: z.ZodObject): string {
  const [only, ...others] = Object.entries(schema.shape);
  if (!only) return "{}";
  if (others.length > 0) return `{ ${Object.keys(schema.shape).join(", ")} }`;
  const [key, value] = only;
  const inner = bare(value);
  return inner instanceof z.ZodObject || inner instanceof z.ZodEnum ? `{ ${key}: ${allowed(inner)} }` : `{ ${key} }`;
}

/** The kind of thing that is meant to stand somewhere, for a sentence. */
export function expected(schema: Schema): string {
  const here = bare(schema);
  return here instanceof z.ZodObject ? `a map with ${keysOf(here).join(", ")}` : allowed(here);
}

/** What was written, for a sentence; long texts are cut. */
export function given(tree: Tree): string {
  if (isMap(tree.value)) {
    const keys = [...tree.value.keys()];
    return keys.length === 0 ? "an empty map" : `a map with ${shorten(keys.join(", "))}`;
  }
  if (isList(tree.value)) return tree.value.length === 0 ? "an empty list" : `a list of ${tree.value.length}`;
  if (typeof tree.value === "string") return quote(tree.value);
  return `the ${typeof tree.value} ${shorten(tree.text ?? String(tree.value))}`;
}

export function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
