import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBootstrapIdentity } from "../../../constructs/p2p/enr";
import {
  type Cluster,
  dir,
  environment,
  healthy,
  led,
  removeStub,
  run,
  setCluster,
  startStub,
  writes,
} from "../kubernetes/stub-cluster";
import { diffOf } from "./diff-of";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  environment("lease", "lease");
  const p2p = 'p2p: { namespace: p2p, chain: { l1ChainId: 1 }, image: "a/b:4.1.2", bootstrap: [{ name: boot }] }\n';
  environment("both", "raft-3", p2p);
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
const pod = (container: string, state: object, where = "initContainerStatuses", image?: string) => ({
  metadata: { name: "spike-bootstrap-x", creationTimestamp: "2026-01-01T00:00:00Z" },
  status: { [where]: [{ name: container, image, state }] },
});
const IMAGE = "registry.example.com/spike:0.8.0";

const sets = {
  "statefulset/spike-keeper": set("spike-keeper", 3, 3),
  "statefulset/spike-spike-nexus": set("spike-spike-nexus", 1, 1),
};
const given = (objects: Cluster) => setCluster({ objects: { ...sets, ...objects } });
const check = async () => {
  const { code, stdout, stderr } = await run("check", "spike", "--json", "--no-drift");
  return { code, stderr, bootstrap: stdout ? JSON.parse(stdout).checks[2] : undefined };
};

test("a SPIKE as it should be, as a table and as JSON, with nothing done but the question to Nexus", async () => {
  given({ "job/spike-bootstrap": job("Complete"), "configmap/spike-bootstrap-state": marker(done) });
  const { code, stdout } = await run("check", "spike", "--no-drift");
  expect(code).toBe(0);
  expect(stdout).toMatch(/spike keepers +ok +3 of 3 ready\n/);
  expect(stdout).toMatch(/spike bootstrap +ok +completed at 2026-01-01T00:00:00Z by pod b-1\n/);
  // Nexus is asked through Pilot.
  expect(writes().map(({ args }) => args.slice(args.indexOf("exec")))).toEqual([
    [...["exec", "--namespace", "spike", "deployment/spike-spike-pilot", "--"], "sh", "-c", QUESTION],
  ]);
  const { bootstrap } = await check();
  expect(bootstrap).toEqual({
    check: "spike bootstrap",
    ok: true,
    detail: "completed at 2026-01-01T00:00:00Z by pod b-1",
  });
});

const QUESTION = "timeout 8 spike policy list 2>&1";

const FAILED =
  "Failed to reach keeper 1 at https://keeper1:8443 after 5 attempts (30s timeout). Ensure all keepers are running " +
  "and rerun bootstrap.";

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
    "failed to reach keeper 2\na key was made, and keepers may have shares of it: " +
      "docs/runbooks/spike-bootstrap.md#half-delivered comes first",
  ],
  [
    "its pod is gone: a key may have been made",
    {
      "job/spike-bootstrap": job("Failed", "Job was active longer than specified deadline"),
      "configmap/spike-bootstrap-state": marker(),
    },
    "Job was active longer than specified deadline\na key was made, and keepers may have shares of it: " +
      "docs/runbooks/spike-bootstrap.md#half-delivered comes first",
  ],
  [
    "it is complete and not noted",
    { "job/spike-bootstrap": job("Complete"), "configmap/spike-bootstrap-state": marker() },
    "the Job is complete, but ConfigMap spike-bootstrap-state does not say so\n" +
      "the next Job would create another key: docs/runbooks/spike-bootstrap.md#complete-but-not-noted comes first",
  ],
  [
    "it still waits for its image",
    {
      "job/spike-bootstrap": { kind: "Job", metadata: { name: "spike-bootstrap" }, status: {} },
      "configmap/spike-bootstrap-state": marker(),
      pods: pod("bootstrap", { waiting: { reason: "ImagePullBackOff" } }, "containerStatuses", IMAGE),
    },
    `still runs: bootstrap waits for image ${IMAGE}: ImagePullBackOff`,
  ],
  [
    "there is none, since keepers do not start",
    {
      "component=spike-keeper": {
        ...pod("spike-keeper", { waiting: { reason: "ErrImagePull" } }, "containerStatuses", IMAGE),
        metadata: { name: "spike-keeper-0" },
      },
    },
    "Job spike-bootstrap does not exist yet, since keepers are not ready: spike-keeper-0",
  ],
  [
    "there is none, since SPIRE does not start",
    {
      "pods.spike-spire": {
        ...pod("spire-server", { waiting: { reason: "ImagePullBackOff" } }, "containerStatuses", IMAGE),
        metadata: { name: "spire-server-0" },
      },
    },
    "Job spike-bootstrap does not exist yet, since pods of SPIRE are not ready: spire-server-0",
  ],
  [
    "there is none, since no host takes a keeper",
    {
      "component=spike-keeper": {
        metadata: { name: "spike-keeper-0" },
        status: { conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes are available" }] },
      },
    },
    "Job spike-bootstrap does not exist yet, since keepers are not ready: spike-keeper-0",
  ],
  ["there is none", {}, "Job spike-bootstrap does not exist → deploy the stack"],
])("%s", async (_, objects, detail) => {
  given(objects);
  const { code, bootstrap } = await check();
  expect({ code, bootstrap }).toEqual({ code: 1, bootstrap: { check: "spike bootstrap", ok: false, detail } });
});

test("a completion that was noted by hand", async () => {
  given({
    "configmap/spike-bootstrap-state": marker({ "bootstrap-completed": "true" }),
    "job/spike-bootstrap": job("Complete"),
  });
  expect((await check()).bootstrap).toEqual({ check: "spike bootstrap", ok: true, detail: "completed" });
});

test("keepers that were scaled down count against the values", async () => {
  const noted = { "configmap/spike-bootstrap-state": marker(done), "job/spike-bootstrap": job("Complete") };
  given({ ...noted, "statefulset/spike-keeper": set("spike-keeper", 2, 2) });
  expect((await run("check", "spike", "--no-drift")).stdout).toMatch(
    /spike keepers +FAILED +2 of 3 ready, and the StatefulSet is scaled to 2 → rollup-network deploy spike\n/,
  );
});

describe("Nexus' root key", () => {
  const noted = { "configmap/spike-bootstrap-state": marker(done), "job/spike-bootstrap": job("Complete") };
  const nexus = (minutes: number) => ({
    kind: "Pod",
    metadata: { name: "spike-spike-nexus-0" },
    status: {
      containerStatuses: [
        { name: "nexus", state: { running: { startedAt: new Date(Date.now() - minutes * 60_000).toISOString() } } },
      ],
    },
  });
  const NOT_READY = "\n  SPIKE is not ready yet. Please wait a moment and try again.\n";
  const FORBIDDEN =
    'Error from server (Forbidden): pods "x" is forbidden: User "bob" cannot create resource "pods/exec" in API ' +
    'group "" in the namespace "spike"';

  test.each<[string, Cluster, Cluster, string, RegExp]>([
    ["is there", {}, { said: "No policies found.\n" }, "ok", /Nexus has its root key/],
    [
      "is lost with keepers and Nexus at once, on releases that are ready without one",
      { "pod/spike-spike-nexus-0": nexus(12.5) },
      { said: NOT_READY },
      "FAILED",
      /root key lost: Nexus has run for 1\d min without it, beside 3 keepers that are ready: .*spike-root-key.md/,
    ],
    [
      "is lost on 0.8.0, where Nexus is not ready and does not listen",
      { "pod/spike-spike-nexus-0": nexus(4), "statefulset/spike-spike-nexus": set("spike-spike-nexus", 0, 1) },
      { said: "Error: Failed to connect to SPIKE Nexus.\n" },
      "FAILED",
      /root key lost: Nexus has run for 4 min/,
    ],
    [
      "may still come",
      { "pod/spike-spike-nexus-0": nexus(1) },
      { said: NOT_READY },
      "FAILED",
      /Nexus has no root key yet: it asks keepers, for three minutes at most/,
    ],
    [
      "needs more keepers",
      { "pod/spike-spike-nexus-0": nexus(9), "statefulset/spike-keeper": set("spike-keeper", 1, 3) },
      { said: NOT_READY },
      "FAILED",
      /Nexus has no root key, and waits for 2 keepers: 1 are ready/,
    ],
    [
      "is not known where nobody may ask",
      { "pod/spike-spike-nexus-0": nexus(9) },
      { fail: { exec: FORBIDDEN } },
      "unknown",
      /bob may not create pods.exec in namespace spike .* → have them bound to a Role with create on pods.exec/,
    ],
    [
      "is not known where Pilot is refused",
      { "pod/spike-spike-nexus-0": nexus(9) },
      { said: "Error: Unauthorized access.\n" },
      "unknown",
      /Pilot says: Error: Unauthorized access\./,
    ],
  ])("%s", async (_, objects, more, state, detail) => {
    setCluster({ objects: { ...sets, ...noted, ...objects }, ...more });
    const { code, stdout } = await run("check", "spike", "--no-drift");
    const [row = ""] = /spike root key.*$/m.exec(stdout) ?? [];
    expect(row).toMatch(new RegExp(`^spike root key +${state} +`));
    expect(row).toMatch(detail);
    if (state === "unknown") expect(code).toBe(0);
  });
});

test("keepers that are not all ready, or not there", async () => {
  const noted = { "configmap/spike-bootstrap-state": marker(done), "job/spike-bootstrap": job("Complete") };
  setCluster({ objects: { ...noted, "statefulset/spike-keeper": set("spike-keeper", 2, 3) } });
  const { code, stdout } = await run("check", "spike", "--no-drift");
  expect(code).toBe(1);
  expect(stdout).toMatch(/spike keepers +FAILED +2 of 3 ready\n/);
  expect(stdout).toMatch(
    /spike nexus +FAILED +StatefulSet spike-spike-nexus does not exist → rollup-network deploy spike\n/,
  );
});

test("a cluster that cannot be asked", async () => {
  setCluster({
    fail: {
      get:
        'Error from server (Forbidden): jobs.batch is forbidden: User "bob" cannot get resource "jobs" in API ' +
        'group "batch"',
    },
  });
  const forbidden = await run("check", "spike", "--no-drift");
  expect({
    code: forbidden.code,
    lines: forbidden.stdout.match(/^ ?spike +FAILED +bob may not get jobs/gm),
  }).toMatchObject({
    code: 1,
    lines: [expect.anything()],
  });
  setCluster({ fail: { get: "The connection to the server 10.0.0.1:6443 was refused" } });
  const away = await run("check", "spike", "--no-drift");
  expect(away).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("cannot reach the API server") });
});

describe("a sequencer", () => {
  const DAY = 86_400;
  const cluster = (change: (cluster: Cluster) => void = () => {}, days = 60.5) => {
    const given = healthy("raft");
    const expiry = Math.floor(Date.now() / 1000 + days * DAY);
    for (const member of ["seq-0", "seq-1", "seq-2"]) {
      given.http[member]["/certificate"] = [
        200,
        `rollup_network_mesh_certificate_expiry_timestamp_seconds ${expiry}\n`,
      ];
    }
    change(given);
    setCluster(given);
  };
  const look = async () => {
    const { code, stdout } = await run("check", "raft", "--no-drift", "--json");
    return { code, checks: Object.fromEntries(JSON.parse(stdout).checks.map((each: Cluster) => [each.check, each])) };
  };

  test("as it should be", async () => {
    cluster();
    const { code, checks } = await look();
    expect({ code, details: Object.values(checks).map(({ detail }: Cluster) => detail) }).toEqual({
      code: 0,
      details: [
        "seq-0",
        "3 of 3 ready",
        "members are at most 10 blocks behind height 120",
        "2 of 2 ready",
        "the first certificate expires in 60 days",
      ],
    });
  });

  test.each<[string, string, (cluster: Cluster) => void, number, string]>([
    [
      "nobody leads",
      "sequencer leader",
      given => Object.assign(given.http, led("nobody", ["seq-0", "seq-1", "seq-2"])),
      60,
      "no member leads → rollup-network sequencer status raft, docs/runbooks/leader-down.md",
    ],
    [
      "a member lags",
      "sequencer lag",
      given => {
        given.http["seq-2"]["/metrics"] = [200, 'evnode_sequencer_height{chain_id="test"} 20\n'];
      },
      60,
      "members are at most 100 blocks behind height 120: docs/runbooks/member-data.md",
    ],
    [
      "certificates expire",
      "sequencer certificates",
      () => {},
      5.5,
      "the first certificate expires in 5 days: docs/runbooks/key-rotation.md",
    ],
    [
      "a proxy is down",
      "sequencer proxies",
      given => {
        given.objects["deployment/seq-proxy"].status.readyReplicas = 1;
      },
      60,
      "1 of 2 ready",
    ],
    [
      "no proxy is wanted",
      "sequencer proxies",
      given => Object.assign(given.objects["deployment/seq-proxy"], { spec: { replicas: 0 }, status: {} }),
      60,
      "0 of 0 ready",
    ],
    [
      "a height is no number",
      "sequencer lag",
      given => {
        given.http["seq-2"]["/metrics"] = [200, 'evnode_sequencer_height{chain_id="test"} NaN\n'];
      },
      60,
      "the height of seq-2 is not known → look at the log of its node",
    ],
  ])("%s", async (_, check, change, days, detail) => {
    cluster(change, days);
    const { code, checks } = await look();
    expect(code).toBe(1);
    expect(checks[check]).toMatchObject({ ok: false, detail: expect.stringContaining(detail) });
  });
});

test.each<[string, (objects: Cluster) => void, string]>([
  ["held by a member", () => {}, "ok +held by seq-0"],
  [
    "held by another",
    objects => {
      objects["lease/seq"].spec.holderIdentity = "nobody-9";
    },
    "FAILED +the Lease is held by nobody-9, which is no member → rollup-network sequencer status lease",
  ],
  ["not there", objects => delete objects["lease/seq"], "FAILED +the Lease does not exist → rollup-network"],
  [
    "paused",
    objects => {
      objects["lease/seq"].metadata.annotations = { "rollup-network/paused": "true" };
      objects["lease/seq"].spec.holderIdentity = "";
    },
    "FAILED +the Lease is paused → rollup-network sequencer resume lease",
  ],
])("a Lease that is %s", async (_, change, row) => {
  const cluster = healthy("lease");
  change(cluster.objects);
  setCluster(cluster);
  expect((await run("check", "lease", "--no-drift")).stdout).toMatch(new RegExp(`sequencer lease +${row}`));
});

describe("bootstrap nodes", () => {
  const gauges = (values: Record<string, number>) =>
    Object.entries(values)
      .map(([name, value]) => `rollup_network_${name}{pod="seq-0"} ${value}\n`)
      .join("");
  const WELL = { enr_published: 1, enr_matches_published: 1, enr_announced: 1, p2p_peers: 24 };
  const runs = (minutes: number) => ({
    name: "node",
    state: { running: { startedAt: new Date(Date.now() - minutes * 60_000).toISOString() } },
  });
  /** The stub's first member plays the bootstrap node. */
  const given = (
    metrics: Record<string, number> | undefined,
    data: Cluster = { "seq-0": "enr:-a" },
    { minutes = 60, more = {} }: { readonly minutes?: number; readonly more?: Cluster } = {},
  ) =>
    setCluster({
      objects: {
        "configmap/seq-enr": { kind: "ConfigMap", metadata: { name: "seq-enr" }, data },
        "pod/seq-0": { kind: "Pod", metadata: { name: "seq-0" }, status: { containerStatuses: [runs(minutes)] } },
        "deployment/full": {
          kind: "Deployment",
          metadata: { name: "full" },
          spec: { replicas: 2 },
          status: { readyReplicas: 2 },
        },
        ...more,
      },
      http: { "seq-0": metrics ? { "/metrics": [200, gauges(metrics)] } : {} },
    });

  beforeAll(() => {
    const chain =
      "{ l1ChainId: 1, network: devnet, l1ExecutionUrls: [http://a.l1.svc:8545], l1ConsensusUrls: [http://a.l1.svc:5052] }";
    const nodes = "bootstrap: [{ name: seq }], nodes: [{ name: full, replicas: 2, join: [seq] }]";
    const p2p = `{ namespace: p2p, chain: ${chain}, image: a/b:4.1.2, ${nodes} }`;
    writeFileSync(
      join(dir, "values", "p2p.yaml"),
      `profile: dev\np2p: ${p2p}\ncluster: { kubeconfig: ${join(dir, "config")} }\n`,
    );
  });

  test("as they should be", async () => {
    given(WELL);
    const { code, stdout } = await run("check", "p2p", "--no-drift");
    expect(stdout).toMatch(/p2p seq-0 +ok +live record as published, 24 peers\n.*p2p full +ok +2 of 2 ready/s);
    expect(code).toBe(0);
  });

  test.each<[string, Record<string, number> | undefined, Cluster, string]>([
    [
      "a record that drifted",
      { ...WELL, enr_matches_published: 0 },
      undefined,
      "the live record of seq-0 is not the published one: docs/runbooks/enr-drift.md",
    ],
    [
      "another address",
      { ...WELL, enr_announced: 0 },
      undefined,
      "the live record of seq-0 has not the address that is announced",
    ],
    [
      "a network's configuration that cannot be read",
      { ...WELL, config_served: 0 },
      undefined,
      "seq-0 cannot read its network's configuration, so it runs with the one that it read before, or waits",
    ],
    ["the same before the first start", { config_served: 0 }, {}, "so it waits: docs/runbooks/enr-drift.md"],
    ["no record yet", WELL, {}, "ConfigMap seq-enr has no record of seq-0 yet → check again"],
    [
      "a node that does not answer its agent",
      { enr_published: 1 },
      undefined,
      "the node of seq-0 does not answer its agent → look at the log of the node",
    ],
    [
      "a gauge that is no number",
      { ...WELL, enr_matches_published: Number.NaN },
      undefined,
      "the node of seq-0 does not answer its agent → look at the log of the node",
    ],
    ["an agent that does not answer", undefined, undefined, "the agent of seq-0 does not answer → look at the pod"],
  ])("%s", async (_, metrics, data, detail) => {
    given(metrics, data);
    const { code, stdout } = await run("check", "p2p", "--no-drift");
    expect(stdout).toContain(detail);
    expect(code).toBe(1);
  });

  test.each<[string, number, RegExp]>([
    ["long after its start", 11, /p2p seq-0 +FAILED .*seq-0 has no peers, and others should be connected: .*#no-peers/],
    ["soon after its start", 9, /p2p seq-0 +ok +live record as published, 0 peers/],
  ])("no peers %s", async (_, minutes, row) => {
    given({ ...WELL, p2p_peers: 0 }, undefined, { minutes });
    expect((await run("check", "p2p", "--no-drift")).stdout).toMatch(row);
  });

  test.each<[string, Cluster, RegExp]>([
    ["its own", { clusterIP: "10.0.0.7" }, /seq-0 +ok/],
    [
      "another, since it was made again",
      { clusterIP: "10.0.0.8" },
      /seq-0: its record has 10\.0\.0\.7, and Service seq-p2p has 10\.0\.0\.8: .*#not-announced/,
    ],
    [
      "another, of its load balancer",
      { type: "LoadBalancer", clusterIP: "10.0.0.7" },
      /its record has 10\.0\.0\.7, and the load balancer of Service seq-p2p has 198\.51\.100\.9/,
    ],
  ])("the address of the Service is %s", async (_, spec, row) => {
    const { enr } = createBootstrapIdentity({ l1ChainId: 1, ip: "10.0.0.7", port: 40400 });
    const status = { loadBalancer: { ingress: [{ ip: "198.51.100.9" }] } };
    const service = { kind: "Service", metadata: { name: "seq-p2p" }, spec, status };
    given(WELL, { "seq-0": enr }, { more: { "service/seq-p2p": service } });
    expect((await run("check", "p2p", "--no-drift")).stdout).toMatch(row);
  });

  test("a joining node without peers is named, as far as its agent counts them", async () => {
    const joining = {
      metadata: { name: "seq-1", namespace: "p2p", labels: { "app.kubernetes.io/instance": "full" } },
      spec: { containers: [] },
      status: { phase: "Running", containerStatuses: [runs(11), { ...runs(11), name: "agent" }] },
    };
    setCluster({
      objects: { "pods.p2p": joining },
      http: { "seq-1": { "/metrics": [200, gauges({ p2p_peers: 0 })] } },
    });
    expect((await run("check", "p2p", "--no-drift")).stdout).toMatch(
      /p2p full peers +FAILED +seq-1 without peers for ten minutes: .*#no-peers/,
    );
  });

  test("what differs from the manifests is named", async () => {
    given(WELL);
    setCluster({
      diff:
        diffOf("apps.v1.StatefulSet.p2p.seq", [" kind: StatefulSet", "-spec: {replicas: 1}", "+spec: {replicas: 2}"]) +
        diffOf("v1.Service.p2p.seq-p2p.x", ["+kind: Service"]),
    });
    const { stdout, code } = await run("check", "p2p");
    expect(stdout).toContain("differ from the manifests: StatefulSet p2p/seq, Service p2p/seq-p2p.x");
    expect(code).toBe(1);
    setCluster({});
    expect((await run("check", "p2p")).stdout).toMatch(/drift p2p-p2p +ok +as in the manifests/);
  });
});

test.each<[string, Cluster, RegExp]>([
  [
    "that kubectl does not print",
    { diff: "hello\n" },
    /drift both-p2p +FAILED +kubectl diff printed no diff as GNU diff does → install diffutils, or run it by hand/,
  ],
  [
    "of a stack whose Services are not there",
    {},
    /drift both-p2p +ok .*drift both-sequencer +FAILED .* no address for Service both\/seq-0, .* → create/s,
  ],
])("a difference %s fails alone", async (_, diff, row) => {
  setCluster({ ...healthy("raft"), ...diff });
  const { stdout } = await run("check", "both");
  expect(stdout).toMatch(/sequencer leader +ok +seq-0\n/);
  expect(stdout).toMatch(row);
});

describe("volumes", () => {
  const claimed = {
    metadata: { name: "seq-0" },
    spec: { nodeName: "node1", volumes: [{ persistentVolumeClaim: { claimName: "data-seq-0" } }] },
  };
  const volume = (claim: string, used: number | string, inodesUsed = 0, namespace = "raft", capacity = "1e3") =>
    Object.entries({ used_bytes: used, capacity_bytes: capacity, inodes_used: inodesUsed, inodes: 100 })
      .map(
        ([name, value]) =>
          `kubelet_volume_stats_${name}{namespace="${namespace}",persistentvolumeclaim="${claim}"} ${value}\n`,
      )
      .join("");
  const NO_NUMBER = { ok: false, detail: "the usage of data-seq-0 is not known: its kubelet gives no number" };
  const look = async (...volumes: string[]) => {
    const cluster = healthy("raft");
    cluster.objects.pods = claimed;
    setCluster({ ...cluster, raw: { "/api/v1/nodes/node1/proxy/metrics": `up 1\n${volumes.join("")}` } });
    const { stdout } = await run("check", "raft", "--no-drift", "--volumes", "--json");
    return JSON.parse(stdout).checks.find(({ check }: Cluster) => check === "volumes raft");
  };

  test.each<[string, string[], object]>([
    [
      "with space",
      [volume("data-seq-0", 100), volume("data-seq-1", 800), volume("data-seq-0", 999, 0, "other")],
      { ok: true, detail: "2 claims, the fullest data-seq-1: 80 %" },
    ],
    [
      "that fills up",
      [volume("data-seq-0", 810), volume("data-seq-1", 5)],
      { ok: false, detail: "data-seq-0 is 81 % full" },
    ],
    ["whose inodes run out", [volume("data-seq-0", 5, 95)], { ok: false, detail: "data-seq-0 is 95 % full" }],
    ...["abc", "-500", "NaN", "1e999"].flatMap((odd): [string, string[], object][] => [
      [`of which ${odd} bytes are used`, [volume("data-seq-0", odd)], NO_NUMBER],
      [`that have ${odd} bytes`, [volume("data-seq-0", 5, 0, "raft", odd), volume("data-seq-1", 5)], NO_NUMBER],
    ]),
    [
      "whose name has two lines",
      [volume("data\n-seq-0", 999), volume("data-seq-1", 5)],
      {
        ok: true,
        detail: "1 claims, the fullest data-seq-1: 1 %",
      },
    ],
    ["that no kubelet counts", [], { ok: true, detail: "no claim whose kubelet counts what it holds" }],
  ])("%s", async (_, volumes, found) => {
    expect(await look(...volumes)).toMatchObject(found);
  });

  test("whose kubelet does not answer do not keep the rest from being seen", async () => {
    const cluster = healthy("raft");
    cluster.objects.pods = claimed;
    const lost = "Error from server: error trying to reach service: dial tcp 10.0.0.7:10250: i/o timeout";
    setCluster({ ...cluster, fail: { raw: lost } });
    const { stdout, code } = await run("check", "raft", "--no-drift", "--volumes");
    expect(stdout).toMatch(/sequencer leader +ok +seq-0\n/);
    expect(stdout).toMatch(/volumes raft +FAILED +the kubelet of node1 does not answer/);
    expect(code).toBe(1);
  });

  test("that may not be seen count as failed, with the way to leave them out", async () => {
    const refused =
      'Error from server (Forbidden): nodes "node1" is forbidden: User "bob" cannot get resource "nodes/proxy" in ' +
      'API group ""';
    setCluster({ ...healthy("raft"), fail: { get: refused } });
    const { stdout, code } = await run("check", "raft", "--no-drift", "--volumes");
    expect(stdout).toMatch(/volumes raft +FAILED +bob may not get nodes\/proxy/);
    expect(code).toBe(1);
  });
});
