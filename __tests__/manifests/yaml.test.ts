import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { toManifests, toYaml } from "../../manifests";
import type { StackManifests } from "../../manifests/objects";
import { METADATA } from "./support";

const read = (yaml: string, schema: "core" | "yaml-1.1" = "core") =>
  parseAllDocuments(yaml, { schema, merge: false }).flatMap(document => {
    if ("errors" in document && document.errors.length > 0) throw document.errors[0];
    return "toJS" in document && document.contents ? [document.toJS() as unknown] : [];
  });

const configMap = (data: object, labels: object = {}): StackManifests =>
  toManifests({ resource: { kubernetes_config_map_v1: { x: { metadata: { ...METADATA, labels }, data } } } });

test("scripts are block scalars and long lines stay whole", () => {
  const long = `echo ${"word ".repeat(60)}end`;
  const yaml = toYaml(configMap({ "run.sh": `set -eu\n${long}\n`, line: long }));
  expect(yaml).toContain(`  run.sh: |\n    set -eu\n    ${long}\n`);
  expect(yaml).toContain(`  line: ${long}\n`);
});

test.each([
  "yes",
  "on",
  "n",
  "null",
  "~",
  "",
  " \n",
  "\n",
  "012",
  "0o17",
  "1_000",
  "1e3",
  "0x1f",
  "12:30:45",
  "2001-12-14",
  ".inf",
  "a: b",
  "# no",
  "- x",
])("the text %j stays text for every YAML reader", text => {
  const manifests = configMap({ text }, { [text || "empty"]: "x" });
  for (const schema of ["core", "yaml-1.1"] as const) {
    expect(JSON.parse(JSON.stringify(read(toYaml(manifests), schema)))).toEqual(manifests.objects);
  }
});

test("labels and data survive, whatever their text", () => {
  const piece = fc.constantFrom(
    "\n",
    " ",
    "\t",
    "\r",
    "#",
    ": ",
    "'",
    '"',
    "\\",
    "|",
    "---",
    "é",
    "\u0085",
    "\u2028",
    "\u0000",
    "\ud83d\ude00",
  );
  // fc.string({ unit: "binary" }) first makes a table of all of Unicode.
  const character = fc
    .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map(point => String.fromCodePoint(point));
  const text = fc.oneof(
    fc.array(character).map(parts => parts.join("")),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 5 }))).map(parts => parts.join("")),
  );
  const safe = text.map(value => value.replace(/[$%]/g, "_"));
  fc.assert(
    fc.property(fc.dictionary(safe, safe), fc.dictionary(safe, safe), (data, labels) => {
      const release = { name: "r", namespace: "n", chart: "c", values: data, address: "helm_release.r" };
      const manifests = { ...configMap(data, labels), releases: [release] };
      expect(manifests.objects[0]).toMatchObject({ data, metadata: { labels } });
      expect(read(toYaml(manifests))).toEqual(manifests.objects);
    }),
    { numRuns: 300 },
  );
});

test("what kubectl's parser cannot read as it stands is quoted and escaped", () => {
  const yaml = toYaml(configMap({ tab: "\ta\nb", nel: "a\u0085b", bell: "\u0007", line: "a\u2028b", del: "\u007f" }));
  expect(yaml).toContain('  tab: "\\ta\\nb"\n');
  for (const escaped of ["\\u0085", "\\u2028", "\\u007f"]) expect(yaml).toContain(escaped);
  expect(yaml).toMatch(/^[\n -~]*$/);
});

test("numbers and text that looks like numbers keep their types", () => {
  fc.assert(
    fc.property(fc.nat(1e6), port => {
      const spec = {
        selector: { port },
        port: [{ port: String(port), target_port: String(port), name: String(port) }],
      };
      const manifests = toManifests({ resource: { kubernetes_service_v1: { x: { metadata: METADATA, spec } } } });
      expect(read(toYaml(manifests), "yaml-1.1")).toMatchObject([
        { spec: { selector: { port: String(port) }, ports: [{ port, targetPort: port, name: String(port) }] } },
      ]);
    }),
  );
});

test("an object that is used twice is written twice", () => {
  const shared = { "app.kubernetes.io/name": "a" };
  expect(toYaml(configMap(shared, shared))).not.toMatch(/[&*]a1/);
});

test("Helm releases are comments after the objects", () => {
  const resource = {
    kubernetes_namespace_v1: { n: { metadata: { name: "spire" } } },
    helm_release: {
      spike: {
        name: "spike",
        namespace: "${kubernetes_namespace_v1.n.metadata[0].name}",
        chart: "spike-nested",
        repository: "https://example.org/charts",
        version: "1.2.3",
        values: ["a: 2001-12-14\nb: { c: [1, 2], d: on }", "b: { c: [3] }\nscript: |\n  one\n\n  two\n"],
        wait: true,
        timeout: 600,
      },
      plain: { name: "plain", chart: "./charts/local" },
    },
  };
  const manifests = toManifests({ resource });
  expect(manifests.releases).toEqual([
    { name: "plain", namespace: "default", chart: "./charts/local", values: {}, address: "helm_release.plain" },
    {
      name: "spike",
      namespace: "spire",
      chart: "spike-nested",
      repository: "https://example.org/charts",
      version: "1.2.3",
      values: { a: "2001-12-14", b: { c: [3], d: true }, script: "one\n\ntwo\n" },
      address: "helm_release.spike",
    },
  ]);
  const yaml = toYaml(manifests);
  expect(read(yaml)).toEqual([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "spire" } }]);
  expect(yaml).toContain(
    "#\n# Helm release helm_release.spike\n# name: spike\n# namespace: spire\n# chart: spike-nested\n",
  );
  expect(yaml).toContain('# version: 1.2.3\n# values:\n#   a: "2001-12-14"\n');
  expect(yaml).toContain("#   script: |\n#     one\n#\n#     two\n");
});

test.each([
  [{ chart: "c" }, "name: is missing"],
  [{ name: "a", chart: "c", set: [{ name: "x", value: "y" }] }, "set: the view reads `values` alone"],
  [{ name: "a", chart: "c", create_namespace: true }, "create_namespace: make it a Namespace of the stack"],
  [{ name: "a", chart: "c", values: ["a: [1"] }, "values[0]: is no YAML"],
  [{ name: "a", chart: "c", values: ["- 1"] }, "values[0]: must be a YAML map"],
  [{ name: "a", chart: "c", values: ["a: ${B}"] }, "values[0]: Terraform would evaluate"],
  [{ name: "a", chart: "c", valuez: [] }, "valuez: the manifest view does not know this field"],
])("the release %j is refused", (body, problem) => {
  expect(() => toManifests({ resource: { helm_release: { r: body } } })).toThrow(`helm_release.r ${problem}`);
});
