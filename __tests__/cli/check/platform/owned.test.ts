import { environment, healthy, removeStub, run, setCluster, startStub } from "../../kubernetes/stub-cluster";

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
});
afterAll(removeStub);

const LEVEL = "pod-security.kubernetes.io/enforce";

async function look(namespace: object, ...set: string[]) {
  const given = healthy("raft");
  setCluster({ ...given, objects: { ...given.objects, ...namespace } });
  const { stdout } = await run("check", "raft", "--no-drift", "--json", ...set.flatMap(each => ["--set", each]));
  return JSON.parse(stdout).checks.filter(({ check }: { check: string }) => check.startsWith("namespace "));
}

const labelled = (level?: string) => ({
  "namespace/raft": { kind: "Namespace", metadata: { name: "raft", labels: level ? { [LEVEL]: level } : undefined } },
});
const EXISTING = "sequencer.existingNamespace=true";

test("a namespace that the environment makes is not asked for", async () => {
  expect(await look(labelled("restricted"))).toEqual([]);
});

test.each([
  ["restricted", labelled("restricted"), true, "its owner enforces restricted"],
  [
    "no level",
    labelled(),
    true,
    `its owner enforces what the cluster does by default → ${LEVEL}=restricted would hold its other pods too`,
  ],
  ["nothing there", {}, false, "is not there → ask its owner, or set existingNamespace: false"],
])("a namespace of somebody else with %s", async (_, namespace, ok, detail) => {
  expect(await look(namespace, EXISTING)).toEqual([{ check: "namespace raft", ok, detail }]);
});
