import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Block } from "../../manifests/fields/field";
import { kinds, metaArguments } from "../../manifests/fields/kinds";
import { asField, blockOf } from "./support";

/**
 * The tables against the provider's bindings, read as text: each block has a function `…ToTerraform` that lists its
 * fields. A new version of the provider that knows more fields fails here, with the bindings of either framework.
 */
const LIBRARY = join(dirname(require.resolve("@cdktf/provider-kubernetes/package.json")), "lib");
const [, MAJOR] = /providerVersion: '(\d+)\./.exec(readFileSync(join(LIBRARY, "role-v1", "index.js"), "utf8")) ?? [];

type Fields = ReadonlyMap<string, string | undefined>;

function bindingOf(resourceType: string): { readonly root: Fields; readonly structs: ReadonlyMap<string, Fields> } {
  const folder = join(LIBRARY, resourceType.replace(/^kubernetes_/, "").replaceAll("_", "-"));
  const files = [folder, join(folder, "index-structs")]
    .filter(path => existsSync(path))
    .flatMap(path => readdirSync(path).map(file => join(path, file)))
    .filter(file => file.endsWith(".js"));
  const source = files.map(file => readFileSync(file, "utf8")).join("\n");
  const structs = new Map<string, Fields>();
  for (const [, name = "", body = ""] of source.matchAll(/^function (\w+)ToTerraform\(struct\) \{(.*?)^\}/gms)) {
    structs.set(name, fieldsOf(body));
  }
  const [, body = ""] = /synthesizeAttributes\(\) \{(.*?)^ {4}\}/ms.exec(source) ?? [];
  return { root: fieldsOf(body), structs };
}

/** Field name → the struct it holds, if it holds one. */
const fieldsOf = (body: string): Fields =>
  new Map(
    Array.from(body.matchAll(/^\s+(\w+): (.*),$/gm), ([, name = "", value = ""]) => [
      name,
      /(\w+V1\w+)ToTerraform/.exec(value)?.[1],
    ]),
  );

test.each(Object.entries(kinds))("%s: the table has every field of the binding and no other", (type, { fields }) => {
  const { root, structs } = bindingOf(type);
  const differences: string[] = [];
  const compare = (block: Block, binding: Fields, path: string) => {
    for (const name of binding.keys()) if (!Object.hasOwn(block, name)) differences.push(`missing ${path}${name}`);
    for (const [name, entry] of Object.entries(block)) {
      const { shape, since = 0 } = asField(entry);
      if (since > Number(MAJOR) && !binding.has(name)) continue;
      const inner = blockOf(shape);
      const struct = structs.get(binding.get(name) ?? "");
      if (!binding.has(name)) differences.push(`unknown ${path}${name}`);
      else if (inner) compare(inner, struct ?? new Map(), `${path}${name}.`);
      else if (struct && shape !== "ignored" && !(typeof shape === "object" && "refused" in shape))
        differences.push(`flat ${path}${name}`);
    }
  };
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(metaArguments, name)));
  const { id: _, ...attributes } = Object.fromEntries(root);
  compare(own, new Map(Object.entries(attributes)), "");
  expect(differences).toEqual([]);
  expect(root.size).toBeGreaterThan(1);
});
