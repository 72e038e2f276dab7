import fc from "fast-check";
import { stringify } from "yaml";
import type { Path } from "../../../values/load/finding";
import { parseTree } from "../../../values/load/parse";
import { at, merge, nearest, plain, type Scalar, type Tree } from "../../../values/load/tree";

type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

const keys = fc.constantFrom("a", "b", "c", "d", "__proto__", "constructor");
const { data, map } = fc.letrec<{ data: Data; map: { [key: string]: Data }; list: Data[]; scalar: Data }>(tie => ({
  scalar: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ maxLength: 6 })),
  list: fc.array(tie("data"), { maxLength: 3, depthIdentifier: "depth" }),
  map: fc
    .array(fc.tuple(keys, tie("data")), { maxLength: 4, depthIdentifier: "depth" })
    .map(pairs => Object.fromEntries(pairs)),
  data: fc.oneof({ depthIdentifier: "depth", maxDepth: 4 }, tie("scalar"), tie("list"), tie("map")),
}));

let places = 0;

/** Data as a file would hold it, everything at a place of its own. */
const written = (value: Data, file = "file"): Tree => {
  const place = { file, line: 1, column: ++places };
  const known = { place, key: place };
  if (Array.isArray(value)) return { ...known, value: value.map(item => written(item, file)) };
  if (!isMap(value)) return { ...known, value: value as Scalar };
  return { ...known, value: new Map(Object.entries(value).map(([key, child]) => [key, written(child, file)])) };
};
const merged = (...layers: readonly Data[]) => plain(layers.map(layer => written(layer)).reduce(merge));
const isMap = (value: unknown): value is { [key: string]: Data } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const own = (value: { [key: string]: Data }, key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);

/** Every path into the data, the whole first. */
const paths = (value: Data): Path[] => [
  [],
  ...(Array.isArray(value)
    ? value.map((child, i) => [i, child] as const)
    : isMap(value)
      ? Object.entries(value)
      : []
  ).flatMap(([key, child]) => paths(child as Data).map(path => [key, ...path])),
];

const holds = (...property: Parameters<typeof fc.property<[Data, Data, Data]>>) =>
  fc.assert(fc.property(...property), { numRuns: 200 });

describe("merging", () => {
  test("a layer over itself or over nothing changes nothing", () => {
    holds(data, data, data, a => {
      expect(merged(a, a)).toEqual(a);
      if (isMap(a)) expect([merged({}, a), merged(a, {})]).toEqual([a, a]);
    });
  });

  test("replaces everything but maps", () => {
    holds(data, data, data, (under, over) => {
      if (!isMap(under) || !isMap(over)) expect(merged(under, over)).toEqual(over);
    });
  });

  test("keeps every key of both, and where both have one, merges below it", () => {
    holds(map, map, data, (under, over) => {
      if (!isMap(under) || !isMap(over)) return;
      const both = merged(under, over) as { [key: string]: Data };
      expect(Object.keys(both).sort()).toEqual([...new Set([...Object.keys(under), ...Object.keys(over)])].sort());
      for (const key of Object.keys(both)) {
        const [below, above] = [own(under, key), own(over, key)];
        const expected = above === undefined ? below : below === undefined ? above : merged(below, above);
        expect(own(both, key)).toEqual(expected);
      }
    });
  });

  test("layer by layer comes to the same in either grouping, as long as a map meets maps", () => {
    const sameShape = fc.array(fc.tuple(keys, fc.integer()), { maxLength: 4 }).map(pairs => Object.fromEntries(pairs));
    const nested = fc.record({ x: sameShape, y: sameShape, z: fc.array(fc.integer()) }, { requiredKeys: [] });
    holds(nested, nested, nested, (a, b, c) => {
      const right = merge(written(a), merge(written(b), written(c)));
      expect(plain(right)).toEqual(merged(a, b, c));
    });
  });

  test("takes every place along", () => {
    holds(map, map, data, (under, over) => {
      const [below, above] = [written(under, "under"), written(over, "over")];
      const tree = merge(below, above);
      for (const path of paths(plain(tree) as Data)) {
        const source = at(above, path) ? above : below;
        expect(nearest(tree, path).place).toEqual(at(source, path)?.place);
      }
    });
  });
});

describe("places", () => {
  test("of scalars are where their text stands", () => {
    const values = fc.dictionary(
      fc.constantFrom("k", "l", "m"),
      fc.array(fc.stringMatching(/^[a-z]{1,8}$/).filter(text => !/^(true|false|null|yes|no|on|off)$/.test(text))),
    );
    fc.assert(
      fc.property(values, fc.constantFrom({}, { collectionStyle: "flow" as const }), (value, style) => {
        const text = stringify(value, style);
        const { tree } = parseTree(text, offset => ({ file: "", line: 1, column: offset }));
        for (const [key, words] of Object.entries(value)) {
          words.forEach((word, i) => {
            const { column } = nearest(tree as Tree, [key, i]).place;
            expect(text.slice(column, column + word.length)).toBe(word);
          });
        }
      }),
    );
  });

  test("of what is not there are those of the nearest thing above", () => {
    holds(map, data, data, value => {
      const tree = written(value);
      for (const path of paths(value)) {
        const missing = nearest(tree, [...path, "not there", 3]);
        expect(missing).toBe(at(tree, path));
      }
    });
  });
});
