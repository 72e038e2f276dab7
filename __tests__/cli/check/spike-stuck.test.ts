import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replacingStuckPods } from "../../../cli/check/spike-stuck";
import type { Environment } from "../../../values/load/environment";
import { loadEnvironments } from "../../../values/load/load";
import { type Cluster, calls, dir, removeStub, setCluster, startStub, writes } from "../kubernetes/stub-cluster";

afterAll(removeStub);
afterEach(() => jest.restoreAllMocks());

let environment: Environment;
beforeAll(async () => {
  await startStub();
  mkdirSync(join(dir, "values"), { recursive: true });
  const spike = "{ namespace: spike, version: 0.8.0, trustDomain: a.example, clusterName: a }";
  const values = `profile: dev\nspike: ${spike}\ncluster: { kubeconfig: ${join(dir, "config")} }\n`;
  writeFileSync(join(dir, "values", "spike.yaml"), values);
  [environment] = loadEnvironments({ dir: join(dir, "values") }) as [Environment];
});

const set = (updateRevision: string) => ({
  kind: "StatefulSet",
  metadata: { name: "spike-keeper", generation: 2 },
  spec: { replicas: 3 },
  status: { observedGeneration: 2, currentRevision: "old", updateRevision },
});
const keeper = (state: object, revision = "old") => ({
  kind: "Pod",
  metadata: { name: "spike-keeper-0", uid: "uid-0", labels: { "controller-revision-hash": revision } },
  status: { containerStatuses: [{ name: "spike-keeper", state }] },
});
const STUCK = { waiting: { reason: "ImagePullBackOff" } };

/** A deploy that lasts until `until` holds of the calls that were made. */
async function deploy(cluster: Cluster, until: () => boolean): Promise<string> {
  setCluster(cluster);
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  const result = await replacingStuckPods(
    environment,
    async () => {
      while (!until()) await new Promise(soon => setTimeout(soon, 10));
      return 7;
    },
    10,
  );
  expect(result).toBe(7);
  return said.mock.calls.flat().join("\n");
}

const keepers = (updateRevision: string, state: object, revision?: string) => ({
  objects: { "statefulset/spike-keeper": set(updateRevision), "pod/spike-keeper-0": keeper(state, revision) },
});
/** Each look asks for the StatefulSets of two namespaces. */
const looks = () => calls().filter(({ args }) => args.includes("statefulset/spire-server")).length;

test("a pod that cannot start from an old template is deleted, that very one, and once", async () => {
  const said = await deploy(keepers("new", STUCK), () => looks() > 2);
  expect(writes().map(({ args, input }) => [args.at(-3), JSON.parse(input).preconditions])).toEqual([
    ["/api/v1/namespaces/spike/pods/spike-keeper-0", { uid: "uid-0" }],
  ]);
  expect(said).toBe(
    "spike-keeper-0 cannot start from the old template of its StatefulSet: " +
      "it was deleted, and the new template is used",
  );
});

test("a pod without a uid is not deleted: it may be another one by then", async () => {
  const cluster = keepers("new", STUCK);
  Object.assign(cluster.objects["pod/spike-keeper-0"].metadata, { uid: undefined });
  const said = await deploy(cluster, () => looks() > 2);
  expect(writes()).toEqual([]);
  expect(said).toContain(
    "could not be deleted: pod spike-keeper-0 is gone, or has no uid " +
      "→ look at kubectl --namespace spike get pod spike-keeper-0\n→ delete it while the deploy waits: kubectl",
  );
});

test.each<[string, Cluster]>([
  ["runs, and may hold a share", keepers("new", { running: {} })],
  ["only takes its time", keepers("new", { waiting: { reason: "ContainerCreating" } })],
  ["is of the new template", keepers("new", STUCK, "new")],
  ["has no other template to come to", keepers("old", STUCK)],
])("a pod that %s is left alone", async (_, cluster) => {
  await deploy(cluster, () => looks() > 2);
  expect(writes()).toEqual([]);
});

test("who may not delete it reads what to do", async () => {
  const fail = {
    delete:
      'Error from server (Forbidden): pods "x" is forbidden: User "bob" cannot delete resource "pods" in ' +
      'API group "" in the namespace "spike"',
  };
  const said = await deploy({ ...keepers("new", STUCK), fail }, () => looks() > 2);
  expect(said).toMatch(
    /could not be deleted: bob may not delete pods[\s\S]*→ delete it while the deploy waits: kubectl/,
  );
});

test("a cluster that cannot be asked does not stop a deploy", async () => {
  const fail = { get: "The connection to the server 10.0.0.1:6443 was refused" };
  expect(await deploy({ fail }, () => calls().length > 3)).toBe("");
});
