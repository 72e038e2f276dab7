import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Cluster,
  calls,
  dir,
  environment,
  removeStub,
  run,
  setCluster,
  start,
  startStub,
} from "../../kubernetes/stub-cluster";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3"); // makes the folder
  const chain =
    "{ l1ChainId: 31337, l1ExecutionUrls: [http://a.l1.svc:8545, http://b.l1.svc:8545], " +
    "l1ConsensusUrls: [http://a.l1.svc:5052], l1DebugUrls: [http://a.l1.svc:8545], " +
    "registryAddress: '0x00000000000000000000000000000000deadbeef' }";
  const nodes =
    "nodes: [{ name: full, replicas: 2, announce: publicIp, kubernetes: { nodeSelector: { edge: public } } }]";
  const p2p = `{ namespace: p2p, chain: ${chain}, image: a/b:6.0.0, ${nodes} }`;
  const write = (name: string, section: string) =>
    writeFileSync(
      join(dir, "values", `${name}.yaml`),
      `profile: dev\np2p: ${section}\ncluster: { kubeconfig: ${join(dir, "config")} }\n`,
    );
  write("p2p", p2p);
  const stack = "proverBrokers: [{ name: queue }], proverAgents: [{ name: agents, broker: queue, replicas: 2 }]";
  write("proving", `{ namespace: p2p, chain: ${chain}, image: a/b:6.0.0, ${stack} }`);
});

const PROBE = ["/scripts/check-synced.sh", "aztec_getWorldStateSyncStatus"];
const TOLD = {
  ETHEREUM_HOSTS: "http://a.l1.svc:8545,http://b.l1.svc:8545",
  L1_CONSENSUS_HOST_URLS: "http://a.l1.svc:5052",
  ETHEREUM_DEBUG_HOSTS: "http://a.l1.svc:8545",
};
const secret = (name: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: "l1", key: "url" } },
});

interface Given {
  readonly ready?: boolean;
  readonly running?: readonly string[];
  readonly env?: readonly object[];
  readonly of?: string;
}

const pod = (name: string, { ready = true, running = ["node"], env, of = "full" }: Given = {}) => ({
  metadata: { name, namespace: "p2p", labels: { "app.kubernetes.io/instance": of } },
  spec: {
    containers: [
      {
        name: "node",
        env: env ?? Object.entries(TOLD).map(([name, value]) => ({ name, value })),
        readinessProbe: { exec: { command: PROBE } },
      },
    ],
  },
  status: {
    phase: "Running",
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: running.map(name => ({ name, ready, state: { running: {} } })),
  },
});

const WELL = {
  execution: ['0 0 0 200 {"jsonrpc":"2.0","id":1,"result":"0x7a69"}', '0 1 0 200 {"id":1,"result":"0x7a69"}'],
  consensus: ['1 0 0 200 {"data":{"header":{"message":{"slot":"7"}}}}'],
  debug: ['2 0 0 200 {"id":1,"error":{"code":-32000,"message":"transaction not found"}}'],
};
const printed = (answers: Partial<typeof WELL> = {}) =>
  Object.values({ ...WELL, ...answers })
    .flat()
    .join("\n");

/** One deployed node, what its pods print, and how many of them are ready. */
function given(pods: readonly object[], ready: number, execs: object, more: Cluster = {}): void {
  const deployment = {
    kind: "Deployment",
    metadata: { name: "full" },
    spec: { replicas: 2 },
    status: { readyReplicas: ready },
  };
  const listed = pods.map(each => JSON.stringify(each)).join(",");
  setCluster({ objects: { "deployment/full": deployment, pods: listed }, execs, ...more });
}

async function rows(environment = "p2p") {
  const { code, stdout } = await run("check", environment, "--no-drift", "--json");
  const { checks } = JSON.parse(stdout) as { checks: Cluster[] };
  const found: Record<string, Cluster> = Object.fromEntries(checks.map(({ check, ...rest }) => [check, rest]));
  return { code, found };
}

test("a namespace is asked for its pods once, whatever looks at them", async () => {
  given([pod("full-a")], 1, { "full-a": printed() });
  await run("check", "p2p", "--no-drift", "--volumes", "--json");
  expect(calls().filter(({ args }) => args.includes("get") && args.includes("pods"))).toHaveLength(1);
});

test("many bootstrap nodes are asked at once, without a warning", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `boot-${i}`);
  const pods = names.map(name => [`pod/${name}`, { kind: "Pod", metadata: { name } }]);
  setCluster({ objects: Object.fromEntries(pods) });
  const bootstrap = "p2p.bootstrap=[{ name: boot, replicas: 12 }]";
  const { ended } = start("check", "p2p", "--no-drift", "--set", bootstrap);
  expect(await ended).toEqual({ code: 1, stderr: "" });
});

describe("the L1 of a node", () => {
  test("is asked once from one of its pods, for what the node asks it for", async () => {
    given([pod("full-a"), pod("full-b")], 2, { "full-a": printed() });
    expect(await rows()).toEqual({
      code: 0,
      found: {
        "p2p full": { ok: true, detail: "2 of 2 ready" },
        "p2p full L1 execution": { ok: true, detail: "answers, chain 31337" },
        "p2p full L1 consensus": { ok: true, detail: "answers" },
        "p2p full L1 debug": { ok: true, detail: "answers, and traces" },
        "pods p2p": { ok: true, detail: "2 of 2 ready" },
      },
    });
    const [asked, ...others] = calls().filter(({ args }) => args.includes("exec"));
    expect(others).toEqual([]);
    expect(asked?.args.slice(asked.args.indexOf("l1") + 1)).toEqual(
      ["execution", "consensus", "debug"].flatMap((kind, i) => [kind, Object.values(TOLD)[i]]),
    );
  });

  test.each<[string, "execution" | "consensus" | "debug", string[], string]>([
    [
      "an endpoint that does not answer",
      "execution",
      [WELL.execution[0] as string, "0 1 28 000 curl: (28) Connection timed out after 4001 milliseconds"],
      "1 of 2: b.l1.svc:8545 does not answer: Connection timed out after 4001 milliseconds → " +
        "correct p2p.chain.l1ExecutionUrls, or the Secret that it is from; a policy that drops it is named by --probe",
    ],
    [
      "another chain",
      "execution",
      ['0 0 0 200 {"result":"0x1"}', '0 1 0 200 {"result":"0x1"}'],
      "2 of 2: a.l1.svc:8545 is of chain 1, and p2p.chain.l1ChainId is 31337 → correct p2p.chain.l1ExecutionUrls",
    ],
    [
      "what is no JSON-RPC",
      "execution",
      ["0 0 0 502 <html>Bad gateway</html>"],
      "a.l1.svc:8545 gives no JSON-RPC, but http status 502",
    ],
    [
      "a JSON-RPC error",
      "execution",
      ['0 0 0 200 {"error":{"code":-32005,"message":"daily limit"}}'],
      "a.l1.svc:8545 does not say its chain: daily limit",
    ],
    [
      "a consensus node without its API",
      "consensus",
      ["1 0 0 404 not found"],
      "a.l1.svc:5052 answers /eth/v1/beacon/headers/head with http status 404 → correct p2p.chain.l1ConsensusUrls",
    ],
    [
      "an endpoint that does not trace",
      "debug",
      ['2 0 0 200 {"error":{"code":-32601,"message":"the method trace_transaction does not exist"}}'],
      "a.l1.svc:8545 does not trace transactions: the method trace_transaction does not exist → " +
        "name an endpoint that traces in p2p.chain.l1DebugUrls, or set p2p.chain.l1WithoutDebug",
    ],
    [
      "an endpoint whose plan does not trace",
      "debug",
      ['2 0 0 200 {"error":{"code":-32600,"message":"trace_transaction is not available on the Free tier"}}'],
      "does not trace transactions: trace_transaction is not available on the Free tier",
    ],
  ])("fails with %s", async (_, kind, answers, detail) => {
    given([pod("full-a")], 2, { "full-a": printed({ [kind]: answers }) });
    const { code, found } = await rows();
    expect(code).toBe(1);
    expect(found[`p2p full L1 ${kind}`]).toMatchObject({ ok: false, detail: expect.stringContaining(detail) });
    expect(Object.values(found).filter(({ ok }) => !ok)).toHaveLength(1);
  });

  test("is not known to fail where the consensus node wants a key that only the node sends", async () => {
    given([pod("full-a")], 2, { "full-a": printed({ consensus: ["1 0 0 401 "] }) });
    const { found } = await rows();
    expect(found["p2p full L1 consensus"]).toMatchObject({ ok: true, unknown: true });
  });

  test("is asked at the URL of a Secret by the node itself, and the URL stays there", async () => {
    const env = [secret("ETHEREUM_HOSTS")];
    given([pod("full-a", { env })], 2, { "full-a": '0 0 0 200 {"result":"0x1"}' });
    expect((await rows()).found["p2p full L1 execution"].detail).toMatch(/^Secret l1\[url\] is of chain 1, and/);
    const asked = calls().find(({ args }) => args.includes("exec"));
    expect(asked?.args.slice(-2)).toEqual(["execution", "$ETHEREUM_HOSTS"]);
  });

  test("is asked beside a node that does not run, as far as its URLs are known", async () => {
    const env = [secret("ETHEREUM_HOSTS"), { name: "L1_CONSENSUS_HOST_URLS", value: TOLD.L1_CONSENSUS_HOST_URLS }];
    given([pod("full-a", { ready: false, running: ["agent"], env })], 2, { "full-a": '0 0 0 200 {"data":{}}' });
    expect((await rows()).found).toMatchObject({
      "p2p full L1 execution": { unknown: true, detail: expect.stringContaining("only the node knows its URL") },
      "p2p full L1 consensus": { ok: true, detail: "answers" },
    });
    const asked = calls().find(({ args }) => args.includes("exec"));
    expect(asked?.args).toEqual(expect.arrayContaining(["--container", "agent"]));
  });

  test.each<[string, Cluster, string]>([
    [
      "where the image has no curl",
      { execs: { "full-a": "no curl\n" } },
      "container node of full-a has no shell with curl",
    ],
    [
      "where nobody may run a program in a pod",
      {
        fail: {
          exec: 'Error: User "bob" cannot create resource "pods/exec" in API group "" in the namespace "p2p"',
        },
      },
      "have them bound to a Role with create on pods/exec of namespace p2p",
    ],
  ])("is unknown %s", async (_, more, detail) => {
    given([pod("full-a")], 2, {}, more);
    const { code, found } = await rows();
    expect(code).toBe(0);
    expect(found["p2p full L1 debug"]).toMatchObject({ unknown: true, detail: expect.stringContaining(detail) });
  });

  test("is not asked where no pod runs", async () => {
    given([], 0, {});
    expect(Object.keys((await rows()).found)).toEqual(["p2p full"]);
  });
});

describe("a node that is not ready", () => {
  const STANDBY = "standby: the node waits until a rollup of its release is canonical";

  test("in standby is called that, and not syncing", async () => {
    given([pod("full-a", { ready: false, env: [] }), pod("full-b", { ready: false, env: [] })], 0, {
      "full-a": `${STANDBY}\n`,
      "full-b": `${STANDBY}\n`,
    });
    const { code, found } = await rows();
    expect(code).toBe(1);
    expect(found["pods p2p"]).toEqual({ ok: false, detail: `0 of 2 ready\nfull-a, full-b: ${STANDBY}` });
    const asked = calls().find(({ args }) => args.includes("exec"));
    expect(asked?.args.slice(-PROBE.length)).toEqual(PROBE);
  });

  test("that syncs is called that, and a node that is ready is not asked", async () => {
    given([pod("full-a", { ready: false, env: [] }), pod("full-b", { env: [] })], 1, {
      "full-a": "curl: (22) The requested URL\nsyncing: the world state is not synchronized\n",
      "full-b": STANDBY,
    });
    expect((await rows()).found["pods p2p"].detail).toBe(
      "1 of 2 ready\nfull-a: syncing: the world state is not synchronized",
    );
  });

  test("says nothing where its node does not run yet", async () => {
    given([pod("full-a", { ready: false, running: [], env: [] })], 1, { "full-a": STANDBY });
    expect((await rows()).found["pods p2p"].detail).toBe("0 of 1 ready\nfull-a: is not ready yet");
  });

  test("is told by its Events where nobody may run a program in a pod", async () => {
    const exec = 'Error: User "bob" cannot create resource "pods/exec" in API group "" in the namespace "p2p"';
    given([pod("full-a", { ready: false, env: [] })], 1, {}, { fail: { exec } });
    expect((await rows()).found["pods p2p"].detail).toBe("0 of 1 ready\nfull-a: is not ready yet");
  });
});

test("a joining node with publicIp changes its ENR by design, and check calls nothing drift", async () => {
  given([pod("full-a", { env: [] })], 2, {});
  const { code, found } = await rows();
  expect({ code, found }).toEqual({
    code: 0,
    found: {
      "p2p full": { ok: true, detail: "2 of 2 ready" },
      "pods p2p": { ok: true, detail: "1 of 1 ready" },
    },
  });
  expect(calls().filter(({ args }) => args.includes("port-forward"))).toEqual([]);
});

test("a proving stack is checked too: its replicas, and the L1 that its broker reads", async () => {
  const workload = (kind: string, name: string, replicas: number, readyReplicas: number) => ({
    kind,
    metadata: { name },
    spec: { replicas },
    status: { readyReplicas },
  });
  setCluster({
    objects: {
      "statefulset/queue": workload("StatefulSet", "queue", 1, 1),
      "deployment/agents": workload("Deployment", "agents", 2, 1),
      pods: [pod("queue-0", { of: "queue" }), pod("agents-a", { of: "agents", env: [] })]
        .map(each => JSON.stringify(each))
        .join(","),
    },
    execs: { "queue-0": printed({ execution: ['0 0 0 200 {"result":"0x1"}'] }) },
  });
  const { code, found } = await rows("proving");
  expect(code).toBe(1);
  expect(found).toEqual({
    "p2p queue": { ok: true, detail: "1 of 1 ready" },
    "p2p agents": { ok: false, detail: "1 of 2 ready" },
    "p2p queue L1 execution": { ok: false, detail: expect.stringContaining("a.l1.svc:8545 is of chain 1") },
    "p2p queue L1 consensus": { ok: true, detail: "answers" },
    "p2p queue L1 debug": { ok: true, detail: "answers, and traces" },
    "pods p2p": { ok: true, detail: "2 of 2 ready" },
  });
});
