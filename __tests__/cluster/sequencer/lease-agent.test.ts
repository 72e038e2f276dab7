import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exec } from "../driver/driver";
import { Evidence } from "../driver/evidence";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { type Access, Candidate, leader, type Term } from "./lease-candidate";

const NAMESPACE = "lease-agent";
const folder = mkdtempSync(join(tmpdir(), "lease-agent-"));
const evidence = new Evidence("The lease agent against an API server");
const FAKETIME = ["/usr/lib", "/usr/local/lib"]
  .flatMap(root =>
    existsSync(root) ? readdirSync(root).map(name => join(root, name, "faketime/libfaketimeMT.so.1")) : [],
  )
  .find(existsSync);

let access: Access;
let candidates: Candidate[] = [];
let groups = 0;

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "seq", namespace: NAMESPACE },
  spec: {},
};
const annotate = (text: string) => kubectl(["-n", NAMESPACE, "annotate", "lease", "seq", "--overwrite", text]);
const lease = async () => (await getJson("-n", NAMESPACE, "lease", "seq")).spec;

beforeAll(async () => {
  await deleteNamespaces(NAMESPACE);
  const rbac = "rbac.authorization.k8s.io";
  const metadata = { name: "agent", namespace: NAMESPACE };
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }]);
  await apply([
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata,
      rules: [
        { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: ["seq"], verbs: ["get", "patch"] },
        { apiGroups: [""], resources: ["events"], verbs: ["create"] },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name: "agent" },
      subjects: [{ kind: "ServiceAccount", name: "agent", namespace: NAMESPACE }],
    },
  ]);
  const config = JSON.parse((await kubectl(["config", "view", "--raw", "--minify", "-o", "json"])).stdout);
  const { server, "certificate-authority-data": ca } = config.clusters[0].cluster;
  const caFile = join(folder, "ca.crt");
  writeFileSync(caFile, Buffer.from(ca, "base64"));
  const token = (await kubectl(["-n", NAMESPACE, "create", "token", "agent", "--duration=1h"])).stdout.trim();
  access = { server, caFile, token, namespace: NAMESPACE };
}, 120_000);

/** A new Lease, as Terraform makes it, and candidates for it. */
async function group(
  size: number,
  env: (candidate: Candidate) => Record<string, string> = () => ({}),
): Promise<Candidate[]> {
  await kubectl(["-n", NAMESPACE, "delete", "lease", "seq", "--ignore-not-found"]);
  await apply([LEASE]);
  groups += 1;
  const names = Array.from({ length: size }, (_, i) => `seq-${i}`);
  candidates = names.map(name => new Candidate(name, join(folder, `${groups}-${name}`), names, access));
  await Promise.all(candidates.map(candidate => candidate.start(env(candidate))));
  return candidates;
}

const terms = (): Term[] => candidates.flatMap(candidate => candidate.terms).sort((a, b) => a.from - b.from);

afterEach(async () => {
  const all = terms();
  await Promise.all(candidates.map(candidate => candidate.end()));
  for (const [i, term] of all.entries()) {
    for (const later of all.slice(i + 1))
      expect({ term, later, apart: later.from > term.to }).toMatchObject({ apart: true });
  }
}, 60_000);

afterAll(async () => {
  await evidence.write([
    "Agents and start scripts as processes over a stub node that notes 20 blocks a second; a Lease, a " +
      "ServiceAccount and its Role on a real API server.",
    "Default timings: duration 5 s, renew deadline 3 s, kill 1 s later, retry 0.5 s. A gap is the time between the " +
      "last block of one and the first of the next.",
    "After every step: no block of one sequencer between two of another.",
  ]);
  await deleteNamespaces(NAMESPACE);
  rmSync(folder, { recursive: true });
}, 120_000);

/** Seconds between the last two sequencers. */
async function gap(): Promise<number> {
  const [last, next] = await until(
    "blocks of the next",
    10,
    async () => terms().slice(-2).length === 2 && terms().slice(-2),
    0.1,
  );
  return Math.round(((next?.from ?? 0) - (last?.to ?? 0)) * 100) / 100;
}

/** Does harm to the leader, and waits for another. */
async function failover(
  step: string,
  harm: (first: Candidate) => unknown,
): Promise<{ first: Candidate; next: Candidate }> {
  const first = await leader(candidates);
  await sleep(1000);
  await harm(first);
  const next = await leader(candidates, 40, first);
  const seconds = await gap();
  evidence.add(step, `next sequencer after ${seconds} s`);
  expect(next.node.token).toBe(first.node.token + 1);
  return { first, next };
}

test.each([2, 5])(
  "of %i candidates one leads, and after each kill of its node another",
  async size => {
    await group(size);
    const first = await leader(candidates);
    await sleep(6000); // longer than the Lease
    expect(terms()).toHaveLength(1);
    expect((await first.ask("/leader")).status).toBe(200);
    const other = candidates.find(candidate => candidate !== first) as Candidate;
    expect((await other.ask("/leader")).status).toBe(503);
    const gaps = [];
    for (let round = 0; round < 3; round += 1) {
      const before = await leader(candidates);
      const { length } = terms();
      await sleep(500);
      before.killNode();
      await until("the next term", 20, async () => terms().length > length, 0.05);
      gaps.push(await gap());
    }
    evidence.add(`${size} candidates, node killed 3 times`, `next sequencer after ${gaps.join(", ")} s`);
    expect((await lease()).leaseTransitions).toBe(4);
    const { items } = await getJson(
      "-n",
      NAMESPACE,
      "events",
      "--field-selector",
      "involvedObject.kind=Lease,reason=LeaseAcquired",
    );
    expect(items.length).toBeGreaterThanOrEqual(4);
  },
  120_000,
);

test("a storm of conflicting writes does not end a term", async () => {
  await group(2);
  const first = await leader(candidates);
  const storm = `end=$(($(date +%s) + 8)); while [ "$(date +%s)" -lt "$end" ]; do
    kubectl -n ${NAMESPACE} annotate lease seq --overwrite "storm=$$-$(date +%N)" >/dev/null; done`;
  await Promise.all([1, 2, 3].map(() => exec(["sh", "-c", storm])));
  expect(first.leads).toBe(true);
  expect(terms()).toHaveLength(1);
  const conflicts = Number(/reason="conflict"\} (\d+)/.exec((await first.ask("/metrics")).text)?.[1]);
  expect(conflicts).toBeGreaterThan(0);
  evidence.add("8 s of writes by others", `${conflicts} conflicts, the sequencer stays`);
}, 60_000);

test("agent killed", async () => {
  await group(2);
  await failover("agent SIGKILLed", first => first.signalAgent("SIGKILL"));
}, 60_000);

test("agent killed and started again in time: the node goes on", async () => {
  await group(2);
  const first = await leader(candidates);
  await sleep(1000);
  first.signalAgent("SIGKILL");
  await first.startAgent();
  await sleep(6000);
  expect(terms()).toHaveLength(1);
  expect((await first.ask("/leader")).status).toBe(200);
  evidence.add("agent SIGKILLed, another started at once", "the sequencer stays");
}, 60_000);

test("agent stopped, and continued when another leads", async () => {
  await group(2);
  const { first, next } = await failover("agent SIGSTOPped", agent => agent.signalAgent("SIGSTOP"));
  first.signalAgent("SIGCONT");
  await until("its end", 10, async () => first.audit.at(-1)?.to === "standby", 0.1);
  await sleep(2000);
  expect({ next: next.leads, first: first.node.state }).toEqual({ next: true, first: "standby" });
}, 60_000);

test.each([
  ["black-holed", "SIGSTOP"],
  ["refused", "SIGKILL"],
] as const)(
  "API server %s for longer than the Lease",
  async (how, signal) => {
    await group(2);
    const { first, next } = await failover(`API server ${how} for the holder`, agent => agent.signalForwarder(signal));
    if (signal === "SIGSTOP") first.signalForwarder("SIGCONT"); // what was sent arrives now
    await sleep(2000);
    expect(next.leads).toBe(true);
  },
  60_000,
);

test("node that does not end on TERM, agent stopped", async () => {
  await group(2);
  await failover("agent SIGSTOPped, node ignores TERM", agent => {
    agent.hang();
    agent.signalAgent("SIGSTOP");
  });
}, 60_000);

test("token refused for two seconds, then for good", async () => {
  await group(2);
  const first = await leader(candidates);
  first.write("token", "no.valid.token");
  await until("the refusal", 10, async () => /"unauthorized"\} [1-9]/.test((await first.ask("/metrics")).text), 0.1);
  first.write("token", access.token);
  await sleep(5000);
  expect(terms()).toHaveLength(1);
  await failover("token refused", agent => agent.write("token", "no.valid.token"));
}, 60_000);

test("a token that the API server has revoked, until the next one is there", async () => {
  await group(2);
  const first = await leader(candidates);
  await apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: "bound", namespace: NAMESPACE } }]);
  const bound = ["--bound-object-kind=Secret", "--bound-object-name=bound"];
  first.write("token", (await kubectl(["-n", NAMESPACE, "create", "token", "agent", ...bound])).stdout.trim());
  await sleep(1500);
  expect(terms()).toHaveLength(1);
  await kubectl(["-n", NAMESPACE, "delete", "secret", "bound"]);
  await until("the refusal", 30, async () => /"unauthorized"\} [1-9]/.test((await first.ask("/metrics")).text), 0.1);
  first.write("token", access.token);
  await sleep(5000);
  expect({ terms: terms().length, leads: first.leads }).toEqual({ terms: 1, leads: true });
}, 90_000);

test.each([410, 429, 500])(
  "answers with %i for a second and a half, then for good",
  async status => {
    await group(2, () => ({ FAULTS: "true" }));
    const first = await leader(candidates);
    first.fault(status);
    await sleep(1500);
    first.fault();
    await sleep(5000);
    expect({ terms: terms().length, leads: first.leads }).toEqual({ terms: 1, leads: true });
    await failover(`answers with ${status}`, agent => agent.fault(status));
  },
  60_000,
);

test("wall clocks that jump by an hour, each pod's its own", async () => {
  if (!FAKETIME) throw new Error("there is no libfaketime: install the package libfaketime");
  // A cached answer would hide the jump for 10 s.
  const fake = { LD_PRELOAD: FAKETIME, DONT_FAKE_MONOTONIC: "1", FAKETIME_NO_CACHE: "1" };
  await group(2, candidate => {
    candidate.write("clock", "+0");
    return { ...fake, FAKETIME_TIMESTAMP_FILE: candidate.path("clock") };
  });
  const first = await leader(candidates);
  const other = candidates.find(candidate => candidate !== first) as Candidate;
  await sleep(1000);
  first.write("clock", "+3600s");
  await until("the jump", 10, async () => Date.parse((await lease()).renewTime) > Date.now() + 3_500_000, 0.2);
  await sleep(6000);
  first.write("clock", "+0");
  await sleep(1000);
  other.write("clock", "+3600s");
  await sleep(6000);
  expect(terms()).toHaveLength(1);
  expect(first.leads).toBe(true);
  evidence.add("wall clock of the holder an hour ahead, then that of the other", "the sequencer stays");
  other.write("clock", "+0");
  await sleep(1000);
  await failover("agent killed while the other's wall clock jumps by an hour", agent => {
    agent.signalAgent("SIGKILL");
    other.write("clock", "+3600s");
  });
}, 90_000);

test("pod ended gracefully", async () => {
  await group(2);
  const { first } = await failover("TERM to both containers", agent => agent.terminate());
  expect(await gap()).toBeLessThan(3);
  expect(first.audit.at(-1)).toMatchObject({ to: "standby", reason: "released" });
}, 60_000);

test("handed over, paused and resumed by annotation", async () => {
  await group(5);
  const first = await leader(candidates);
  const target = candidates.find(candidate => candidate !== first) as Candidate;
  await failover("handoff by annotation", () => annotate(`rollup-network/handoff-to=${target.name}`));
  expect(target.leads).toBe(true);
  expect((await getJson("-n", NAMESPACE, "lease", "seq")).metadata.annotations).not.toHaveProperty(
    "rollup-network/handoff-to",
  );
  await annotate("rollup-network/paused=true");
  await until("no holder", 10, async () => (await lease()).holderIdentity === "", 0.1);
  const { length } = terms();
  await sleep(8000);
  expect(terms()).toHaveLength(length);
  await kubectl(["-n", NAMESPACE, "annotate", "lease", "seq", "rollup-network/paused-"]);
  await leader(candidates, 10);
}, 90_000);
