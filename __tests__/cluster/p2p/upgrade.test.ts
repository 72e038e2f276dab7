import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../manifests/objects";
import { compare } from "../../../review/change";
import { lossesOf } from "../../../review/losses";
import { renderExample } from "../driver/example";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { p2pExample, STANDIN_IMAGE, UPGRADE } from "./examples";
import { loadStandin, P2pNetwork } from "./network";

const { namespace } = UPGRADE;
/** The same of line 6, whose rollup is not canonical: the stand-in serves its status alone. */
const UPGRADED = [
  ...UPGRADE.set,
  "p2p.release=6",
  "p2p.chain.l1DebugUrls=[http://l1.p2p-upgrade-l1.svc:8545/plain]",
  'p2p.nodes[0].env.STANDIN_STANDBY="1"',
];
const L1 = `${namespace}-l1`;
const network = new P2pNetwork(UPGRADE);
const folder = mkdtempSync(join(tmpdir(), "upgraded-"));
const upgraded = renderExample(p2pExample({ ...UPGRADE, set: UPGRADED }), join(folder, "values"));

/** The L1 that the values name, in its own namespace. */
const l1 = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: L1 } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "l1", namespace: L1 },
    spec: { selector: { app: "l1" }, ports: [{ port: 8545 }] },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "l1", namespace: L1 },
    data: { "l1.mjs": readFileSync(join(__dirname, "l1.mjs"), "utf8") },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "l1", namespace: L1, labels: { app: "l1" } },
    spec: {
      volumes: [{ name: "l1", configMap: { name: "l1" } }],
      containers: [
        {
          name: "l1",
          image: STANDIN_IMAGE,
          imagePullPolicy: "IfNotPresent",
          command: ["node", "/l1/l1.mjs"],
          volumeMounts: [{ name: "l1", mountPath: "/l1" }],
        },
      ],
    },
  },
];

beforeAll(async () => {
  await deleteNamespaces(namespace, L1);
  await loadStandin();
  await apply(l1);
  await kubectl(["-n", L1, "wait", "pod/l1", "--for=condition=Ready", "--timeout=120s"]);
  await network.deploy();
  await kubectl(["-n", namespace, "rollout", "status", "statefulset/full", "--timeout=180s"]);
}, 600_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await deleteNamespaces(namespace, L1);
}, 300_000);

/** What `check` says of each row. */
async function rows(set: readonly string[] = []): Promise<Record<string, { ok: boolean; detail: string }>> {
  const options = ["--no-drift", "--json", ...set.flatMap(each => ["--set", each])];
  const { stdout } = await network.environment.command("check", ...options);
  const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean; detail: string }[] };
  return Object.fromEntries(checks.map(({ check, ok, detail }) => [check, { ok, detail }]));
}

const PODS = `pods ${namespace}`;

const inPod = async (pod: string, script: string) =>
  (await kubectl(["-n", namespace, "exec", pod, "-c", "node", "--", "sh", "-c", script])).stdout.trim();

const KEY = "cat /data/data/p2p-private-key";
/** Where 4.1.2 keeps the chain, beside the key. */
const CHAIN = ["archiver", "world_state", "p2p"];

const of = (workload: string) => (objects: readonly KubernetesObject[]) =>
  objects.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/instance"] === workload);

test("a node of line 4 finds its L1 as check does", async () => {
  expect(await rows()).toMatchObject({
    "p2p full": { ok: true, detail: "1 of 1 ready" },
    "p2p full L1 execution": { ok: true, detail: "answers, chain 31337" },
    "p2p full L1 consensus": { ok: true, detail: "answers" },
  });
}, 120_000);

test("guard refuses the change of the line for the node, and not for the bootstrap node", () => {
  const losses = lossesOf([compare("p2p", network.environment.manifests, upgraded)]);
  expect(losses.map(({ rule, address }) => `${rule} ${address}`)).toEqual([
    `release-line StatefulSet ${namespace}/full`,
  ]);
});

test("after the runbook's steps key and ENR are the old ones, chain data is gone, and check says standby", async () => {
  const published = await until("the record is published", 120, () => network.published());
  const key = await inPod("boot-0", KEY);
  await inPod(
    "full-0",
    `mkdir -p ${CHAIN.map(name => `/data/data/${name}`).join(" ")} && echo 4 >/data/data/archiver/data.mdb`,
  );

  // Bootstrap nodes first.
  await apply(of("boot")(await network.environment.resolved(() => upgraded.objects)));
  await kubectl(["-n", namespace, "rollout", "status", "statefulset/boot", "--timeout=180s"]);
  expect(await inPod("boot-0", KEY)).toBe(key);
  expect(await network.serves()).toBe(published);
  expect(await inPod("full-0", "cat /data/data/archiver/data.mdb")).toBe("4");

  // Then the other nodes, on empty volumes.
  await kubectl(["-n", namespace, "scale", "statefulset/full", "--replicas=0"]);
  await kubectl(["-n", namespace, "wait", "--for=delete", "pod/full-0", "--timeout=120s"]);
  await kubectl(["-n", namespace, "delete", "persistentvolumeclaim/data-full-0", "--timeout=120s"]);
  await apply(await network.environment.resolved(() => upgraded.objects));
  await until("full-0 runs", 180, async () => {
    const { status } = await getJson("-n", namespace, "pod/full-0");
    return status.containerStatuses?.some((each: { state: { running?: object } }) => each.state.running);
  });
  const found = await until("check says standby", 60, async () => {
    const checks = await rows(UPGRADED);
    return checks[PODS]?.detail.includes("standby") && checks;
  });
  expect(found).toMatchObject({
    "p2p boot-0": { ok: true, detail: expect.stringMatching(/^live record as published/) },
    "p2p full": { ok: false, detail: "0 of 1 ready" },
    [PODS]: {
      ok: false,
      detail: "1 of 2 ready\nfull-0: standby: the node waits until a rollup of its release is canonical",
    },
    "p2p full L1 execution": { ok: true },
    "p2p full L1 debug": { ok: false, detail: expect.stringContaining("does not trace transactions: the method") },
  });
  expect(await inPod("full-0", "ls /data/data")).toBe("p2p-private-key");
  expect(await inPod("boot-0", KEY)).toBe(key);
  expect(await network.published()).toBe(published);
}, 900_000);
