import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../manifests";
import { fromYaml, readBase } from "../../review/base";
import { configMap, manifests, release, statefulSet } from "./objects";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "base-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (name: string, text: string) => writeFileSync(join(folder, name), text);
const sections = ["p2p", "sequencer"];

test("what toYaml wrote comes back, Helm releases with their text included", () => {
  const script = "#!/bin/sh\n# Helm release x\n---\nname: y\n\n  # end\n";
  const whole = manifests(
    configMap("scripts", { "start.sh": script, n: "007", empty: "" }),
    statefulSet(),
    release({ values: { text: "a\n# b\n\nc", list: [{ on: true }], "Helm release": "z" } }),
    release({ name: "none", version: undefined, repository: undefined, address: "helm_release.none" }),
  );
  const back = fromYaml(toYaml(whole), "here");
  expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(whole)));
});

test("a stack without objects comes back as one", () => {
  expect(fromYaml("", "here")).toEqual({ objects: [], releases: [] });
});

test("reads the stacks of the environment alone", () => {
  given("net-p2p.yaml", toYaml(manifests(statefulSet())));
  given("net-more-p2p.yaml", "- no manifest");
  expect([...readBase(folder, "net", sections).keys()]).toEqual(["net-p2p"]);
});

test.each<[string, () => void, RegExp]>([
  ["an empty folder", () => undefined, /has no manifests → write it with: rollup-network manifests net --out/],
  [
    "another environment's folder",
    () => given("other-p2p.yaml", ""),
    /has nothing of net: it has other-p2p.yaml → write it/,
  ],
  ["broken YAML", () => given("net-p2p.yaml", "a: [\n"), /net-p2p\.yaml is no YAML: .* → write the folder anew/],
  [
    "YAML of something else",
    () => given("net-p2p.yaml", "profile: dev\n"),
    /net-p2p\.yaml has a document that is no Kubernetes object/,
  ],
  [
    "a release that is none",
    () => given("net-p2p.yaml", "# Helm release helm_release.x\n# a: 1\n"),
    /Helm release helm_release\.x has no name/,
  ],
])("fails with %s", (_, prepare, message) => {
  prepare();
  expect(() => readBase(folder, "net", sections)).toThrow(message);
});

test("fails with a folder that is not there", () => {
  expect(() => readBase(join(folder, "none"), "net", sections)).toThrow(/cannot read .*none: ENOENT.* → write it with/);
});
