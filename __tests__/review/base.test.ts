import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../manifests";
import { type BaseStack, fromYaml, readBase } from "../../review/base";
import { type Head, readHead, withHead } from "../../review/head";
import { configMap, manifests, release, statefulSet } from "./objects";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "base-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (name: string, text: string) => writeFileSync(join(folder, name), text);
const read = (file: string) => readFileSync(file, "utf8");
const sections = ["p2p", "sequencer"];

test("what toYaml wrote comes back, Helm releases with their text included", () => {
  const script = "#!/bin/sh\n# Helm release x\n---\nname: y\n\n  # end\n";
  const stack = manifests(
    configMap("scripts", { "start.sh": script, n: "007", empty: "" }),
    statefulSet(),
    release({ values: { text: "a\n# b\n\nc", list: [{ on: true }], "Helm release": "z" } }),
    release({ name: "none", version: undefined, repository: undefined, address: "helm_release.none" }),
  );
  const back = fromYaml(toYaml(stack), "here");
  expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(stack)));
});

test("a stack without objects comes back as one", () => {
  expect(fromYaml("", "here")).toEqual({ objects: [], releases: [] });
});

const HEAD: Head = {
  environment: "net",
  stack: "net-p2p",
  stacks: ["net-p2p"],
  cluster: { kubeconfig: "~/.kube/config", context: "a" },
  state: "local:state/net-p2p.tfstate",
  protected: true,
};
const whole = (head: Partial<Head> = {}, text = toYaml(manifests(statefulSet()))) =>
  withHead({ ...HEAD, ...head }, text);

test("a head comes back, however lines end", () => {
  expect(readHead(whole(), "here")).toEqual(HEAD);
  expect(readHead(whole({}, "a: 1\n").replace("a: 1\n", "a: 1\r\n"), "here")).toEqual(HEAD);
});

test("reads the stacks of the environment alone, with where they went", () => {
  given("net-p2p.yaml", whole());
  given("net-more-p2p.yaml", "- no manifest");
  const { cluster, state, protected: kept } = HEAD;
  const [[id, { manifests, origin }]] = [...readBase(folder, "net", sections, read)] as [[string, BaseStack]];
  expect([id, manifests.objects.length, origin]).toEqual(["net-p2p", 1, { cluster, state, protected: kept }]);
});

test.each<[string, () => void, RegExp]>([
  ["an empty folder", () => undefined, /has no manifests → write it with: rollup-network manifests net --out/],
  [
    "another environment's folder",
    () => given("other-p2p.yaml", ""),
    /has nothing of net: it has other-p2p.yaml → write it/,
  ],
  [
    "another environment's file under this one's name",
    () => given("net-p2p.yaml", whole({ environment: "other", stack: "other-p2p" })),
    /net-p2p\.yaml is of other, stack other-p2p → write it/,
  ],
  [
    "another stack's file",
    () => given("net-p2p.yaml", whole({ stack: "net-sequencer" })),
    /net-p2p\.yaml is of net, stack net-sequencer →/,
  ],
  [
    "a stack that is missing",
    () => given("net-p2p.yaml", whole({ stacks: ["net-p2p", "net-sequencer"] })),
    /lacks net-sequencer of net → write it/,
  ],
  [
    "a file without a head",
    () => given("net-p2p.yaml", toYaml(manifests(statefulSet()))),
    /does not say of what it is/,
  ],
  ["an empty file", () => given("net-p2p.yaml", ""), /does not say of what it is/],
  [
    "a file whose end is missing",
    () => given("net-p2p.yaml", whole().slice(0, -40)),
    /net-p2p\.yaml is not as it was written: a part is missing, or was changed → write the folder anew/,
  ],
  [
    "a file that ends after an object",
    () => {
      const text = toYaml(manifests(statefulSet(), configMap("boot-enr")));
      given("net-p2p.yaml", whole({}, text).slice(0, -(text.split("---\n").at(-1) ?? "").length));
    },
    /is not as it was written/,
  ],
  [
    "a file that was changed",
    () => given("net-p2p.yaml", whole().replace("node:1", "node:2")),
    /is not as it was written/,
  ],
  [
    "broken YAML",
    () => given("net-p2p.yaml", whole({}, "a: [\n")),
    /net-p2p\.yaml is no YAML: .* → write the folder anew/,
  ],
  [
    "YAML of something else",
    () => given("net-p2p.yaml", whole({}, "profile: dev\n")),
    /net-p2p\.yaml has a document that is no Kubernetes object/,
  ],
  [
    "a release that is none",
    () => given("net-p2p.yaml", whole({}, "# Helm release helm_release.x\n# a: 1\n")),
    /Helm release helm_release\.x has no name/,
  ],
])("fails with %s", (_, prepare, message) => {
  prepare();
  expect(() => readBase(folder, "net", sections, read)).toThrow(message);
});

test("fails with a folder that is not there", () => {
  expect(() => readBase(join(folder, "none"), "net", sections, read)).toThrow(
    /cannot read .*none: ENOENT.* → write it with/,
  );
});
