import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What differs between the Terraform configurations of two output folders, apart from the ids of constructs: empty
 * when the comparison is one of equals. `depends_on` is left out, since it says when and not what; ids in references
 * are replaced by the kind and name of the object that they lead to.
 */
export function differences(ours: string, raw: string): string[] {
  const [left, right] = [contents(ours), contents(raw)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(path => left.get(path) !== right.get(path))
    .map(path => `${path}: ours ${shown(left.get(path))}, raw ${shown(right.get(path))}`);
}

/** Every value of every stack by its path. */
function contents(outdir: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    collect(withoutIds(JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"))), stack, values);
  }
  return values;
}

function collect(value: unknown, path: string, into: Map<string, string>): void {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) into.set(path, JSON.stringify(value));
  for (const [key, each] of inner) {
    if (key !== "//" && key !== "depends_on") collect(each, `${path}.${key}`, into);
  }
}

interface Configuration {
  readonly resource: Record<string, Record<string, { readonly metadata: { readonly name: string } }>>;
}

function withoutIds(configuration: Configuration): unknown {
  const names = new Map<string, string>();
  const resource = mapValues(configuration.resource, (type, objects) => {
    const byName = Object.entries(objects).map(([id, object]) => {
      names.set(`${type}.${id}`, `${type}.<${object.metadata.name}>`);
      return [object.metadata.name, object] as const;
    });
    if (new Set(byName.map(([name]) => name)).size < byName.length)
      throw new Error(`two objects of ${type} have one name`);
    return Object.fromEntries(byName);
  });
  const text = JSON.stringify({ ...configuration, resource });
  return JSON.parse(text.replace(/kubernetes_\w+\.[\w-]+/g, reference => names.get(reference) ?? reference));
}

function mapValues<T, U>(record: Record<string, T>, map: (key: string, value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(key, value)]));
}

function shown(value: string | undefined): string {
  if (value === undefined) return "nothing";
  return value.length > 80 ? `${value.slice(0, 77)}…` : value;
}
