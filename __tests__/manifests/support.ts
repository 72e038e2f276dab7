import type { Block, Field, Scalar, Shape } from "../../manifests/fields/field";
import { ManifestError, toManifests } from "../../manifests/index";
import type { StackManifests } from "../../manifests/objects";

export type Json = { [key: string]: unknown };

export const METADATA = { name: "thing", namespace: "here" };

/** One resource of the type, named `x`, as the view shows it. */
export function view(type: string, body: object, others: object = {}): Json {
  const { objects } = toManifests({ resource: { ...others, [type]: { x: { metadata: METADATA, ...body } } } });
  return objects.find(({ metadata }) => metadata.name === METADATA.name) as Json;
}

export const podOf = (spec: object): Json => {
  const object = view("kubernetes_stateful_set_v1", { spec: { template: { spec } } });
  return (object as { spec: { template: { spec: Json } } }).spec.template.spec;
};

export const containerOf = (container: object): Json =>
  (podOf({ container: [container] }).containers as Json[])[0] as Json;

export function problemsOf(produce: () => StackManifests | Json): readonly string[] {
  try {
    produce();
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
  return [];
}

const SAMPLES: { readonly [scalar in Scalar]: unknown } = {
  string: "text",
  int: "7",
  bool: "true",
  quantity: "2Gi",
  intOrString: "http",
  mode: "0440",
};

export const asField = (entry: Shape | Field): Field =>
  typeof entry === "object" && "shape" in entry ? entry : { shape: entry };

/** The table of the blocks inside a field. */
export function blockOf(shape: Shape): Block | undefined {
  if (typeof shape === "string") return undefined;
  if ("one" in shape) return shape.one;
  if ("many" in shape) return shape.many;
  return "spread" in shape ? shape.spread : undefined;
}

/** A Terraform block with every field of its table. */
export function sampleOf(block: Block): Json {
  const fields = Object.entries(block).map(([name, entry]) => [name, asField(entry)] as const);
  const sample = Object.fromEntries(fields.map(([name, { shape }]) => [name, sampleOfShape(shape)]));
  for (const [, { when }] of fields) if (when) sample[when[0]] = when[1];
  return Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== undefined));
}

function sampleOfShape(shape: Shape): unknown {
  if (typeof shape === "string") return shape === "ignored" ? undefined : SAMPLES[shape];
  if ("refused" in shape) return undefined;
  if ("list" in shape) return [SAMPLES[shape.list]];
  if ("map" in shape) return { "a.key/of_it": SAMPLES[shape.map] };
  if ("one" in shape) return sampleOf(shape.one);
  if ("many" in shape) return [sampleOf(shape.many), sampleOf(shape.many)];
  return [sampleOf(shape.spread)];
}
