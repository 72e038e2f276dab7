import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, calls, dir, environment, removeStub, run, setCluster, startStub, writes } from "./stub-cluster";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  const values = "profile: dev\nspike: { namespace: spike, version: 0.8.0, trustDomain: a.example, clusterName: a }\n";
  writeFileSync(join(dir, "values", "spike.yaml"), `${values}cluster: { kubeconfig: ${join(dir, "config")} }\n`);
});

const set = (name: string, ready: number, wanted: number) => ({
  kind: "StatefulSet",
  metadata: { name },
  spec: { replicas: wanted },
  status: { readyReplicas: ready },
});
const job = (type: "Complete" | "Failed", message = "") => ({
  kind: "Job",
  metadata: { name: "spike-bootstrap" },
  status: { conditions: [{ type, status: "True", message }] },
});
const marker = (data?: object) => ({ kind: "ConfigMap", metadata: { name: "spike-bootstrap-state" }, data });
const done = { "bootstrap-completed": "true", "completed-at": "2026-01-01T00:00:00Z", "completed-by-pod": "b-1" };
/** A pod one of whose containers says something. */
const pod = (container: string, state: object, where = "initContainerStatuses") => ({
  metadata: { name: "spike-bootstrap-x", creationTimestamp: "2026-01-01T00:00:00Z" },
  status: { [where]: [{ name: container, state }] },
});

const sets = {
  "statefulset/spike-keeper": set("spike-keeper", 3, 3),
  "statefulset/spike-spike-nexus": set("spike-spike-nexus", 1, 1),
};
const given = (objects: Cluster) => setCluster({ objects: { ...sets, ...objects } });
const check = async () => {
  const { code, stdout, stderr } = await run("check", "spike", "--json");
  return { code, stderr, bootstrap: stdout ? JSON.parse(stdout).checks[2] : undefined };
};

test("a SPIKE as it should be, as a table and as JSON, with nothing written", async () => {
  given({ "job/spike-bootstrap": job("Complete"), "configmap/spike-bootstrap-state": marker(done) });
  const { code, stdout } = await run("check", "spike");
  expect(code).toBe(0);
  expect(stdout).toMatch(/spike keepers +ok +3 of 3 ready\n/);
  expect(stdout).toMatch(/spike bootstrap +ok +completed at 2026-01-01T00:00:00Z by pod b-1\n/);
  const { bootstrap } = await check();
  expect(bootstrap).toEqual({ check: "spike bootstrap", ok: true, detail: "completed at 2026-01-01T00:00:00Z by pod b-1" });
  expect(writes()).toEqual([]);
});

const FAILED =
  "Failed to reach keeper 1 at https://keeper1:8443 after 5 attempts (30s timeout). Ensure all keepers are running and rerun bootstrap.";

test.each<[string, Cluster, string]>([
  [
    "the preflight failed: no key exists, and it can be run again",
    {
      "job/spike-bootstrap": job("Failed", "Job has reached the specified backoff limit"),
      "configmap/spike-bootstrap-state": marker(),
      pods: pod("preflight", { terminated: { exitCode: 1, message: `${FAILED}\n` } }),
    },
    `${FAILED}\nonce that is put right: rollup-network deploy spike`,
  ],
  [
    "the bootstrap itself failed: keepers may have shares",
    {
      "job/spike-bootstrap": job("Failed"),
      "configmap/spike-bootstrap-state": marker(),
      pods: pod("bootstrap", { terminated: { exitCode: 1, message: "failed to reach keeper 2" } }, "containerStatuses"),
    },
    "failed to reach keeper 2\na key was made, and keepers may have shares of it: docs/runbooks/spike-bootstrap.md#half-delivered comes first",
  ],
  [
    "its pod is gone: a key may have been made",
    {
      "job/spike-bootstrap": job("Failed", "Job was active longer than specified deadline"),
      "configmap/spike-bootstrap-state": marker(),
    },
    "Job was active longer than specified deadline\na key was made, and keepers may have shares of it: docs/runbooks/spike-bootstrap.md#half-delivered comes first",
  ],
  [
    "it is complete and not noted",
    { "job/spike-bootstrap": job("Complete"), "configmap/spike-bootstrap-state": marker() },
    "the Job is complete, but ConfigMap spike-bootstrap-state does not say so: the next one would make another key. See the runbook\na key was made, and keepers may have shares of it: docs/runbooks/spike-bootstrap.md#half-delivered comes first",
  ],
  [
    "it still waits for its image",
    {
      "job/spike-bootstrap": { kind: "Job", metadata: { name: "spike-bootstrap" }, status: {} },
      "configmap/spike-bootstrap-state": marker(),
      pods: pod("bootstrap", { waiting: { reason: "ImagePullBackOff" } }, "containerStatuses"),
    },
    "still runs: bootstrap waits: ImagePullBackOff",
  ],
  [
    "there is none, since keepers do not start",
    {
      pods: {
        ...pod("spike-keeper", { waiting: { reason: "CrashLoopBackOff" } }, "containerStatuses"),
        metadata: { name: "spike-keeper-0" },
      },
    },
    "there is no Job yet, since keepers do not start: spike-keeper-0: spike-keeper waits: CrashLoopBackOff",
  ],
  ["there is none", {}, "there is no Job: deploy the stack"],
])("%s", async (_, objects, detail) => {
  given(objects);
  const { code, bootstrap } = await check();
  expect({ code, bootstrap }).toEqual({ code: 1, bootstrap: { check: "spike bootstrap", ok: false, detail } });
});

test("a completion that was noted by hand", async () => {
  given({ "configmap/spike-bootstrap-state": marker({ "bootstrap-completed": "true" }), "job/spike-bootstrap": job("Complete") });
  expect((await check()).bootstrap).toEqual({ check: "spike bootstrap", ok: true, detail: "completed" });
});

test("keepers that are not all ready, or not there", async () => {
  const noted = { "configmap/spike-bootstrap-state": marker(done), "job/spike-bootstrap": job("Complete") };
  setCluster({ objects: { ...noted, "statefulset/spike-keeper": set("spike-keeper", 2, 3) } });
  const { code, stdout } = await run("check", "spike");
  expect(code).toBe(1);
  expect(stdout).toMatch(/spike keepers +FAILED +2 of 3 ready\n/);
  expect(stdout).toMatch(/spike nexus +FAILED +is not there: deploy the stack\n/);
});

test("an environment that has none of it, and a cluster that cannot be asked", async () => {
  expect((await run("check", "raft")).stderr).toContain("environment raft has nothing that check knows");
  setCluster({ fail: { get: 'Error from server (Forbidden): jobs.batch is forbidden: User "bob" cannot get resource "jobs"' } });
  const { code, stderr } = await run("check", "spike");
  expect(code).toBe(1);
  expect(stderr).toMatch(/[Ff]orbidden|may not/);
  expect(calls()).toHaveLength(1);
});
