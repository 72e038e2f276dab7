import { lint } from "../../../lint/lint";
import { manifestsOf } from "../../../testing";
import { type Environment, loadEnvironments } from "../../../values/load/load";
import { namespacesOf } from "../../../values/schema/section";
import { sectionsOf } from "../../../values/schema/sections";
import { buildApp } from "../build-app";
import { build, ENVIRONMENTS, NAMES } from "./environments";

const SECTIONS = {
  p2p: ["p2p.existingNamespace=true"],
  sequencer: ["sequencer.existingNamespace=true"],
  spike: ["spike.existingNamespace=true", "spike.spire.existingNamespace=true"],
};
const POD_SECURITY = "pod-security.kubernetes.io/enforce";

function loaded(name: string, ...set: readonly string[]): Environment {
  const { dir, set: own } = ENVIRONMENTS[name] as (typeof ENVIRONMENTS)[string];
  return loadEnvironments({ dir, names: [name], set: [...own, ...set] })[0] as Environment;
}
/** What makes the namespaces of an environment somebody else's. */
const existing = (name: string) => sectionsOf(loaded(name).values).flatMap(section => SECTIONS[section.name]);
const isNamespace = ({ kind }: { kind: string }) => kind === "Namespace";

/** A node whose address is its host's. */
const ON_HOST = "p2p.bootstrap[0].announce={ publicIp: hostPort }";
const CASES: [name: string, set: string[]][] = [
  ...NAMES.map((name): [string, string[]] => [name, []]),
  ["devnet", [ON_HOST]],
];

describe.each(CASES)("%s %j", (name, set) => {
  test("is the same in namespaces of somebody else, but for these", () => {
    const [own, theirs] = [build(name, {}, ...set), build(name, {}, ...set, ...existing(name))];
    expect(own.objects.filter(isNamespace).length).toBeGreaterThan(0);
    expect(theirs.objects).toEqual(own.objects.filter(object => !isNamespace(object)));
    for (const { metadata } of own.objects.filter(isNamespace)) {
      const level = metadata.labels?.[POD_SECURITY];
      const said = `namespace ${metadata.name} is its owner's: the label ${POD_SECURITY}=${level}`;
      expect(theirs.warnings.filter(each => each.startsWith(said))).toHaveLength(1);
    }
  });

  test("lint takes the namespaces for the environment's", () => {
    const found = (...more: readonly string[]) => {
      const { stacks } = buildApp([loaded(name, ...set, ...more)], {});
      const all = stacks.map(stack => manifestsOf(stack));
      const findings = lint({
        objects: all.flatMap(({ objects }) => objects),
        releases: all.flatMap(({ releases }) => releases),
        existingNamespaces: all.flatMap(({ existingNamespaces = [] }) => existingNamespaces),
      });
      return findings.filter(({ severity, object }) => severity === "error" && !object.startsWith("Namespace/"));
    };
    expect(found(...existing(name))).toEqual(found());
  });

  test("the commands know which pods are on their host, as the stacks do", () => {
    const levels = build(name, {}, ...set).objects.filter(isNamespace);
    const onHost = levels.map(({ metadata }) => [metadata.name, metadata.labels?.[POD_SECURITY] === "privileged"]);
    const used = sectionsOf(loaded(name, ...set).values).flatMap(({ section, values }) =>
      namespacesOf(section, values),
    );
    expect(used.map(({ name, onHost }) => [name, onHost]).sort()).toEqual(onHost.sort());
  });
});

test("Terraform reads them, and refuses one that is not there, or whose labels refuse the pods", () => {
  const { stacks } = buildApp([loaded("spike", ...existing("spike"))], {});
  const { data } = (stacks[0] as (typeof stacks)[number]).toTerraform() as {
    data: { kubernetes_namespace_v1: object };
  };
  const read = Object.values(data.kubernetes_namespace_v1) as {
    metadata: object;
    lifecycle: { postcondition: { condition: string }[] };
  }[];
  const levels = read.map(({ metadata, lifecycle }) => [metadata, lifecycle.postcondition.map(each => each.condition)]);
  const there = "${try(length(self.metadata[0].uid) > 0, false)}";
  const label = `self.metadata[0].labels["${POD_SECURITY}"]`;
  expect(levels).toEqual([
    [{ name: "spike" }, [there]],
    [{ name: "spire" }, [there, `\${try(${label}, "privileged") == "privileged"}`]],
  ]);
});

test("a warning says that words for namespaces do not reach one of somebody else", () => {
  const { warnings } = build("single", { namespaceLabels: { a: "b" } }, ...existing("single"));
  expect(warnings.filter(each => each.includes("namespaceLabels and namespaceAnnotations"))).toHaveLength(1);
});
