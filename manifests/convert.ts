import type { Block, Field, Scalar, Shape } from "./fields/field";
import { isObject, type JsonObject } from "./json";

/** What a conversion needs from the resource around it. */
export interface Context {
  /** The major version of hashicorp/kubernetes, where the configuration names one. Otherwise every field is known. */
  readonly provider?: number;
  text(raw: string, path: string): string;
  problem(path: string, message: string): void;
}

const UNKNOWN = "the manifest view does not know this field; add it to manifests/fields/ or remove the override";

/** Turns a Terraform block into the Kubernetes object that its table describes. */
export function convertBlock(raw: unknown, block: Block, path: string, context: Context): JsonObject {
  if (!isObject(raw)) {
    context.problem(path, `must be a block, not ${JSON.stringify(raw)}`);
    return {};
  }
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(block, name)) context.problem(join(path, name), UNKNOWN);
  }
  const result: { [name: string]: unknown } = {};
  for (const [name, entry] of Object.entries(block)) {
    const field = asField(entry);
    const at = join(path, name);
    const sent = !field.when || raw[field.when[0]] === field.when[1];
    const { provider } = context;
    if (!isAbsent(raw[name]) && field.since && provider && provider < field.since) {
      context.problem(at, `hashicorp/kubernetes ${provider} has no such field; version ${field.since} has it`);
    } else if (isAbsent(raw[name])) {
      if (sent && field.default !== undefined) result[kubernetesName(name, field)] = field.default;
    } else if (sent) {
      const value = convert(raw[name], field.shape, at, context);
      if (value !== undefined) result[kubernetesName(name, field)] = value;
    } else {
      context.problem(at, `the provider drops this unless ${field.when?.join(" is ")}`);
    }
  }
  return result;
}

function convert(raw: unknown, shape: Shape, path: string, context: Context): unknown {
  if (shape === "ignored") return undefined;
  if (typeof shape === "string") return convertScalar(raw, shape, path, context);
  if ("refused" in shape) return context.problem(path, shape.refused);
  if ("map" in shape) return convertMap(raw, shape.map, path, context);
  if ("list" in shape) {
    if (Array.isArray(raw)) return raw.map((item, i) => convertScalar(item, shape.list, `${path}[${i}]`, context));
    return context.problem(path, `must be a list, not ${JSON.stringify(raw)}`);
  }
  if ("one" in shape) return convertOne(raw, shape.one, path, context);
  if ("many" in shape) return convertMany(raw, shape.many, path, context);
  return convertMany(raw, shape.spread, path, context).flatMap(spread);
}

function convertOne(raw: unknown, block: Block, path: string, context: Context): JsonObject | undefined {
  const blocks = Array.isArray(raw) ? raw : [raw];
  if (blocks.length > 1) context.problem(path, `at most one block, not ${blocks.length}`);
  return blocks.length === 0 ? undefined : convertBlock(blocks[0], block, path, context);
}

function convertMany(raw: unknown, block: Block, path: string, context: Context): JsonObject[] {
  const blocks = Array.isArray(raw) ? raw : [raw];
  return blocks.map((item, i) => convertBlock(item, block, `${path}[${i}]`, context));
}

/** `{ secret: [a, b], configMap: [c] }` → `[{ secret: a }, { secret: b }, { configMap: c }]` */
function spread(group: JsonObject): JsonObject[] {
  return Object.entries(group).flatMap(([name, items]) => (items as JsonObject[]).map(item => ({ [name]: item })));
}

function convertMap(raw: unknown, scalar: Scalar, path: string, context: Context): unknown {
  if (!isObject(raw)) return context.problem(path, `must be a map, not ${JSON.stringify(raw)}`);
  const entries = Object.entries(raw).filter(([, value]) => !isAbsent(value));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const at = `${path}[${JSON.stringify(key)}]`;
      return [context.text(key, at), convertScalar(value, scalar, at, context)];
    }),
  );
}

const INTEGER = /^-?\d+$/;
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE])?$/;

/** Terraform converts freely between text, numbers and booleans; Kubernetes does not. */
function convertScalar(raw: unknown, scalar: Scalar, path: string, context: Context): unknown {
  if (!["string", "number", "boolean"].includes(typeof raw)) {
    return context.problem(path, `must be a ${scalar}, not ${JSON.stringify(raw)}`);
  }
  const text = typeof raw === "string" ? context.text(raw, path) : String(raw);
  const bad = (wanted: string) => context.problem(path, `must be ${wanted}, not ${JSON.stringify(text)}`);
  switch (scalar) {
    case "string":
      return text;
    case "int":
      return INTEGER.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : bad("a whole number");
    case "bool":
      return text === "true" || text === "false" ? text === "true" : bad("true or false");
    case "quantity":
      return QUANTITY.test(text) ? text : bad("a quantity such as 500m or 2Gi");
    case "intOrString":
      return INTEGER.test(text) ? Number(text) : text;
    case "mode":
      return /^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : bad("octal file permissions such as 0440");
  }
}

const isAbsent = (value: unknown) => value === undefined || value === null;
const asField = (entry: Shape | Field): Field =>
  typeof entry === "object" && "shape" in entry ? entry : { shape: entry };
const kubernetesName = (name: string, field: Field) =>
  field.as ?? name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const join = (path: string, name: string) => (path ? `${path}.${name}` : name);
