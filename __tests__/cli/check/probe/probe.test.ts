import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "../../../../cli/manifests";
import { type Policy, policiesIn } from "../../../../manifests/read/policy";
import { workloadsIn } from "../../../../manifests/read/workload";
import { loadEnvironments } from "../../../../values/load/load";
import {
  type Cluster,
  calls,
  dir,
  environment,
  healthy,
  removeStub,
  run,
  setCluster,
  startStub,
} from "../../kubernetes/stub-cluster";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  const chain =
    "{ l1ChainId: 1, network: mainnet, l1ExecutionUrls: [https://l1.example.com], " +
    "l1ConsensusUrls: [https://l1.example.com], l1WithoutDebug: true }";
  const nodes =
    "bootstrap: [{ name: boot }], nodes: [{ name: full, join: [boot], env: { OTEL: 'http://otel.ops.svc:4318' } }]";
  writeFileSync(
    join(dir, "values", "p2p.yaml"),
    `profile: dev\np2p: { namespace: p2p, chain: ${chain}, image: a/b:6.0.0, ${nodes} }\n` +
      `cluster: { kubeconfig: ${join(dir, "config")} }\n`,
  );
});

const objectsOf = (name: string) =>
  render(loadEnvironments({ dir: join(dir, "values"), names: [name] })).flatMap(({ manifests }) => manifests.objects);

/** As the stub of kubectl lists them. */
const listed = (items: readonly object[]) => items.map(item => JSON.stringify(item)).join(",");

/** The pods of an environment, with a container of each name, and its NetworkPolicies. */
function deployed(name: string, policies: (policies: Policy[]) => object[] = all => all.map(({ object }) => object)) {
  const objects = objectsOf(name);
  const pods = workloadsIn(objects).flatMap(({ name: workload, namespace, replicas, labels, pod }, w) =>
    Array.from({ length: replicas }, (_, i) => ({
      metadata: { name: `${workload}-${i}`, namespace, labels },
      spec: pod,
      status: {
        phase: "Running",
        podIP: `10.1.${w}.${i}`,
        conditions: [{ type: "Ready", status: "True" }],
        containerStatuses: pod.containers.map(each => ({ name: each.name, state: { running: {} } })),
      },
    })),
  );
  return { pods: listed(pods), networkpolicies: listed(policies(policiesIn(objects))) };
}

/** What a pod's shell prints: how each of its calls ended, in their order. */
const printed = (...ends: string[]) => ends.map((end, i) => `${i} ${end}\n`).join("");
const OK = "0 connected";
const SILENT = "124 ";
const REFUSED = "1 nc: can't connect to remote host (10.1.0.1): Connection refused";

/** Each member calls two others at two ports, and the DA; each proxy three members at two ports. */
const member = (...ends: string[]) => printed(...(ends.length > 0 ? ends : Array(5).fill(OK)));
const proxy = (...ends: string[]) => printed(...(ends.length > 0 ? ends : Array(6).fill(OK)));
const answering = {
  ...Object.fromEntries(["seq-0", "seq-1", "seq-2"].map(name => [name, member()])),
  ...Object.fromEntries(["seq-proxy-0", "seq-proxy-1"].map(name => [name, proxy()])),
};

function given(execs: object, policies?: (policies: Policy[]) => object[], more: Cluster = {}): void {
  const cluster = healthy("raft");
  const expiry = Math.floor(Date.now() / 1000) + 6e6;
  const certificate = `rollup_network_mesh_certificate_expiry_timestamp_seconds ${expiry}\n`;
  for (const answers of Object.values<Cluster>(cluster.http)) answers["/certificate"] = [200, certificate];
  setCluster({ ...cluster, objects: { ...cluster.objects, ...deployed("raft", policies) }, execs, ...more });
}

/** The rows of the connections. */
async function probed(name = "raft") {
  const { code, stdout } = await run("check", name, "--no-drift", "--probe", "--json");
  const { checks } = JSON.parse(stdout) as { checks: Cluster[] };
  return { code, rows: Object.fromEntries(checks.map(({ check, ...rest }) => [check, rest])) };
}

const EDGES = [
  "seq → seq:5443",
  "seq → seq:7676",
  "seq → da.example-da.svc:7980",
  "seq-proxy → seq:9090",
  "seq-proxy → seq:7331",
];

test("every connection of the report that answers, asked once in a container of each pod", async () => {
  given(answering);
  const { stdout } = await run("check", "raft", "--no-drift", "--probe");
  expect(stdout).toMatch(/seq → seq:5443 +ok +6 of 6 calls answered\n/);
  expect(stdout).toMatch(/seq-proxy → seq:7331 +ok +6 of 6 calls answered\n/);
  const asked = calls().filter(({ args }) => args.includes("exec"));
  expect(asked.map(({ args }) => args[args.indexOf("exec") + 3]).sort()).toEqual(Object.keys(answering).sort());
  const [first] = asked.filter(({ args }) => args.includes("seq-0"));
  expect(first?.args.slice(first.args.indexOf("probe") + 1)).toEqual([
    ...["10.1.0.1", "5443", "10.1.0.2", "5443", "10.1.0.1", "7676", "10.1.0.2", "7676", "da.example-da.svc", "7980"],
  ]);
  const { code, rows } = await probed();
  expect(Object.keys(rows).filter(check => check.includes("→"))).toEqual(EDGES);
  expect(code).toBe(0);
});

test("without --probe no pod is entered", async () => {
  given(answering);
  await run("check", "raft", "--no-drift");
  expect(calls().filter(({ args }) => args.includes("exec"))).toEqual([]);
});

/** The policies without the rules of one direction that name a port. */
const without = (name: string, port: number) => (policies: Policy[]) =>
  policies.map(({ object, spec, ...policy }) => {
    const ingress = spec.ingress?.filter(({ ports = [] }) => !ports.some(each => each.port === port));
    return policy.name === name ? { ...object, spec: { ...spec, ingress } } : object;
  });

test("a dropped connection names the NetworkPolicy that lacks its rule, and a deploy as the remedy", async () => {
  const halfSilent = proxy(SILENT, SILENT, SILENT, OK, OK, OK);
  given({ ...answering, "seq-proxy-0": halfSilent, "seq-proxy-1": halfSilent }, without("seq", 9090));
  const { code, rows } = await probed();
  const [first, second] = ["seq-proxy → seq:9090", "seq-proxy → seq:7331"];
  expect(rows[first as string]).toEqual({
    ok: false,
    verdict: "dropped",
    detail:
      "seq-proxy-0 → seq-0, seq-proxy-0 → seq-1, seq-proxy-0 → seq-2, seq-proxy-1 → seq-0, seq-proxy-1 → seq-1, " +
      "seq-proxy-1 → seq-2: no answer in 3 s, 2 times\n" +
      "NetworkPolicy raft/seq has no ingress rule for it → the manifests have one: rollup-network deploy raft",
  });
  expect(rows[second as string]).toMatchObject({ ok: true });
  expect(code).toBe(1);
});

test("a connection that no policy denies is for others to explain, and one of the values names its key", async () => {
  given({ ...answering, "seq-0": member(OK, OK, OK, OK, SILENT) });
  expect((await probed()).rows["seq → da.example-da.svc:7980"]).toMatchObject({
    verdict: "dropped",
    detail: expect.stringContaining(
      "no NetworkPolicy of this environment denies it → check the policies of namespace example-da",
    ),
  });
  // Its L1, the collector and the bootstrap node.
  setCluster({
    objects: deployed("p2p"),
    execs: { "full-0": printed(SILENT, SILENT, SILENT), "boot-0": printed(SILENT, SILENT, SILENT) },
  });
  const { rows } = await probed("p2p");
  const remedies = Object.entries<Cluster>(rows).map(([check, { detail }]) => [check, detail.split("→ ").at(-1)]);
  expect(Object.fromEntries(remedies)).toMatchObject({
    "boot → API server:443": expect.stringMatching(/\nsee the row "p2p API server"$/),
    "full → otel.ops.svc:4318": "check the policies of namespace ops, policies of other kinds",
    "full → l1.example.com:443": expect.stringContaining("p2p.networkPolicies.l1 or egress if its address is private"),
  });
});

test("a refusal has passed the policies, and is no failure", async () => {
  given({ ...answering, "seq-0": member(REFUSED, OK, OK, OK, OK), "seq-1": member(OK, OK, OK, OK, REFUSED) });
  const { rows } = await probed();
  expect(rows["seq → seq:5443"]).toEqual({ ok: true, detail: "5 of 6 calls answered" });
  given({
    ...answering,
    ...Object.fromEntries(["seq-0", "seq-1", "seq-2"].map(name => [name, member(OK, OK, OK, OK, REFUSED)])),
  });
  expect((await probed()).rows["seq → da.example-da.svc:7980"]).toMatchObject({ ok: true, verdict: "refused" });
});

test("what cannot be asked is unknown, with the reason", async () => {
  given({ ...answering, "seq-proxy-0": "no program\n", "seq-proxy-1": "no program\n" });
  const NONE = "no container of seq-proxy-0 has a shell with bash, nc, curl or node";
  expect((await probed()).rows["seq-proxy → seq:9090"]).toEqual({ ok: true, unknown: true, detail: NONE });
  given({}, undefined, { fail: { exec: 'OCI runtime exec failed: exec: "sh": executable file not found in $PATH' } });
  const { rows, code } = await probed();
  expect(rows["seq-proxy → seq:9090"]).toEqual({ ok: true, unknown: true, detail: NONE });
  expect(EDGES.map(edge => rows[edge].unknown)).toEqual(EDGES.map(() => true));
  expect(code).toBe(0);
  setCluster({ ...healthy("raft") });
  expect((await probed()).rows["seq → seq:5443"]).toMatchObject({
    unknown: true,
    detail: expect.stringMatching(/no running pod/),
  });
});

test("who may not enter pods is told which Role lets them", async () => {
  const forbidden =
    'Error from server (Forbidden): pods "seq-0" is forbidden: User "bob" cannot create resource "pods/exec" in API ' +
    'group "" in the namespace "raft"';
  given({}, undefined, { fail: { exec: forbidden } });
  const { rows, code } = await probed();
  expect(rows.probe).toMatchObject({
    ok: false,
    detail: expect.stringMatching(
      /bob may not create pods\/exec .* → have them bound to a Role with create on pods\/exec/,
    ),
  });
  expect(code).toBe(1);
});
