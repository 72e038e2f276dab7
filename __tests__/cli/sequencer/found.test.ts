import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../cluster/driver/kubectl";
import {
  type Cluster,
  calls,
  changes,
  dir,
  environment,
  hashOf,
  healthy,
  removeStub,
  run,
  setCluster,
  start,
  startStub,
  writes,
} from "../kubernetes/stub-cluster";

jest.setTimeout(120_000);
afterAll(removeStub);
beforeAll(async () => {
  await startStub();
  environment("op", "op-stack");
  environment("raft", "raft-3");
});

const MEMBERS = ["seq-0", "seq-1", "seq-2"];
const everyone = (text: string) => Object.fromEntries(MEMBERS.map(name => [name, text]));

/** A sequencer whose leader makes no block, changed. */
function stands(change: (rpc: Cluster, cluster: Cluster) => void = () => {}): Cluster {
  const cluster = healthy("conductor");
  for (const name of MEMBERS) cluster.rpc[name].admin_sequencerActive = false;
  change(cluster.rpc, cluster);
  return cluster;
}

/** One whose members have founded their raft, and wait for an operator. */
const founded = (change?: (rpc: Cluster, cluster: Cluster) => void) => ({
  ...stands(change),
  execs: everyone("founded-again\n"),
});

/** What was run in members, and how many of them there were to be. */
const orders = () =>
  writes().flatMap(({ args, input }) => {
    if (input.includes('"Event"')) return [JSON.parse(input).reason];
    if (args.includes("exec"))
      return [`${args.find(word => word.startsWith("seq-"))} ${args.slice(args.indexOf("--") + 1).join(" ")}`];
    return args.filter(word => word.startsWith("--replicas"));
  });

const AGAIN = "/data/raft/found-again";
const DONE = "/data/raft/founded-again";

test("has all members found the raft again, and the one with the newest block go on from it", async () => {
  const { rpc, execs } = founded();
  // As op-conductor says of a raft that is not there.
  const lost = stands(old => (old["seq-1"].conductor_clusterMembership = { servers: null, version: 0 }));
  setCluster({ ...lost, started: { rpc, execs } });
  const { code, stdout, stderr } = await run("sequencer", "found", "op", "--yes", "--json");
  expect({ code, said: stderr }).toEqual({ code: 0, said: expect.stringContaining("seq-0 leads, and goes on from") });
  expect(JSON.parse(stdout)).toEqual({ leader: "seq-0", block: { number: 120, hash: hashOf(0) } });
  expect(stderr).toContain("NO BLOCKS until then");
  expect(stderr).toContain(`blocks go on from 120, ${hashOf(0)}, which seq-0 has`);
  expect(orders().filter(order => !order.includes(" ls "))).toEqual([
    "FoundingRequested",
    ...MEMBERS.map(name => `${name} touch ${AGAIN}`),
    "--replicas=0",
    "--replicas=3",
    ...MEMBERS.map(name => `${name} rm -f ${DONE}`),
  ]);
  expect(changes()).toEqual([
    ...MEMBERS.map(name => `${name} conductor_pause`),
    `seq-0 admin_startSequencer ${hashOf(0)}`,
    ...MEMBERS.map(name => `${name} conductor_resume`),
  ]);
  expect(calls().filter(({ args }) => args.includes("lease/seq-found") || args.includes("seq-found"))).toHaveLength(2);
});

test("fails where members came back without the newest block, and a second call would go on", async () => {
  const { rpc, execs } = founded(after => {
    for (const name of MEMBERS) after[name].optimism_syncStatus.unsafe_l2 = { number: 110, hash: hashOf(2) };
  });
  setCluster({ ...stands(), started: { rpc, execs } });
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining("seq-0 had block 120 before it ended, and the newest one is 110 now → look at its"),
  });
  expect(changes()).toEqual([]);
});

test("a second call goes on where members have founded it, and makes the highest one lead", async () => {
  setCluster(
    founded(rpc => {
      rpc["seq-0"].conductor_leader = false;
      rpc["seq-2"].conductor_leader = true;
    }),
  );
  const { code, stdout } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "seq-0 leads and makes blocks again, on block 120\n" });
  expect(changes().slice(3, 5)).toEqual([
    "seq-2 conductor_transferLeaderToServer seq-0 seq-0.seq-headless:50050",
    `seq-0 admin_startSequencer ${hashOf(0)}`,
  ]);
  expect(orders().filter(order => order.startsWith("--replicas"))).toEqual([]);
});

test("a call after one that was killed while members were stopped starts them, and goes on", async () => {
  const cluster = founded();
  cluster.objects["statefulset/seq"].spec.replicas = 0;
  setCluster(cluster);
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("MAKE SURE that every execution") });
  expect(orders().filter(order => order.startsWith("--replicas"))).toEqual(["--replicas=3"]);
  expect(orders().filter(order => order.includes("touch"))).toEqual([]);
});

test("says of a chain that has blocks that empty members read L1, and of one without any what is missing", async () => {
  const begun = () => run("sequencer", "found", "op", "--yes", "--set", "sequencer.ha.conductor.founding=command");
  const cluster = founded();
  cluster.objects["statefulset/seq"].spec.replicas = 0;
  setCluster(cluster);
  const { stderr } = await begun();
  expect(stderr).toContain("a member with an empty execution volume reads L1 from the first block");
  expect(stderr).not.toContain("MAKE SURE");
  const empty = founded();
  for (const name of MEMBERS) empty.rpc[name].optimism_syncStatus.unsafe_l2 = { number: 0, hash: hashOf(0) };
  for (const name of MEMBERS) empty.rpc[name].blocks = { "0x0": { hash: hashOf(0) } };
  setCluster(empty);
  expect((await begun()).stderr).toContain("no member has a block, and the values say that the chain has some");
});

test("waits for an op-node that has just started and says block 0 without a hash", async () => {
  const status = { unsafe_l2: { number: 0, hash: `0x${"0".repeat(64)}` } };
  const cluster = founded(rpc => (rpc["seq-1"].optimism_syncStatus = status));
  cluster.objects["statefulset/seq"].spec.replicas = 0;
  setCluster(cluster);
  const running = start("sequencer", "found", "op", "--yes");
  let said = "";
  running.child.stderr?.on("data", chunk => (said += chunk));
  await until("it waits", 60, async () => said.includes("waiting for op-conductor and op-node of seq-1"), 0.1);
  running.child.kill("SIGINT");
  expect((await running.ended).code).toBe(130);
});

test("waits until members have read L1, so that no block that is there is made again", async () => {
  setCluster(founded(rpc => (rpc["seq-1"].optimism_syncStatus.current_l1.number = 4)));
  const running = start("sequencer", "found", "op", "--yes");
  let said = "";
  running.child.stderr?.on("data", chunk => (said += chunk));
  await until("it waits", 60, async () => said.includes("members read L1: block 4 of 9"), 0.1);
  expect(changes()).toEqual([]);
  running.child.kill("SIGINT");
  expect((await running.ended).code).toBe(130);
});

test("Ctrl-C while members end starts them again", async () => {
  setCluster({ ...stands(), stuck: true });
  const { child, ended } = start("sequencer", "found", "op", "--yes");
  const waits = () => calls().some(({ args }) => args.includes("get") && args.includes("pod/seq-0"));
  await until("it waits for their end", 60, async () => waits(), 0.1);
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  expect(orders().slice(-2)).toEqual(["--replicas=0", "--replicas=3"]);
});

test("fails where members may not be stopped, and takes back what they were told", async () => {
  const forbidden =
    'Error from server (Forbidden): statefulsets.apps "seq" is forbidden: User "ann" cannot patch resource ' +
    '"statefulsets/scale" in API group "apps" in the namespace "op"';
  setCluster({ ...stands(), fail: { scale: forbidden } });
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("the Role seq-found of namespace op") });
  expect(orders().slice(-4)).toEqual([...MEMBERS.map(name => `${name} rm -f ${AGAIN}`), "--replicas=3"]);
  expect(changes()).toEqual([]);
});

test("a member without a volume may be missing: it cannot bring an old raft back", async () => {
  setCluster(
    founded((rpc, { objects }) => {
      delete rpc["seq-2"];
      objects["persistentvolumeclaim/data-seq-2"] = {
        kind: "PersistentVolumeClaim",
        metadata: { name: "data-seq-2" },
        status: { phase: "Pending" },
      };
    }),
  );
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("seq-2 has no volume") });
});

test("a member that answers late is asked once more", async () => {
  const cluster = founded();
  const { "seq-2": late, ...others } = cluster.rpc;
  const objects = { ...cluster.objects, "persistentvolumeclaim/data-seq-2": bound };
  setCluster({ ...cluster, objects, rpc: others });
  const running = start("sequencer", "found", "op", "--yes");
  let said = "";
  running.child.stderr?.on("data", chunk => (said += chunk));
  await until("it asks once more", 60, async () => said.includes("does not answer: its volume"), 0.1);
  writeFileSync(join(dir, "cluster", "rpc"), JSON.stringify({ ...others, "seq-2": late }));
  expect({ code: (await running.ended).code, said }).toMatchObject({ code: 0 });
});

const bound = { kind: "PersistentVolumeClaim", metadata: { name: "data-seq-2" }, status: { phase: "Bound" } };
const living = {
  kind: "Lease",
  metadata: { name: "seq-found" },
  spec: { holderIdentity: "bob", renewTime: new Date(Date.now() + 600_000).toISOString(), leaseDurationSeconds: 120 },
};

test.each<[string, (rpc: Cluster, cluster: Cluster) => void, string[]]>([
  [
    "a leader makes blocks",
    rpc => Object.assign(rpc["seq-0"], { admin_sequencerActive: true, makesBlocks: true }),
    ["seq-0 leads and makes blocks, so its raft is not lost → look at sequencer status op"],
  ],
  [
    "a leader makes blocks while op-conductors are paused",
    rpc => {
      Object.assign(rpc["seq-0"], { admin_sequencerActive: true, makesBlocks: true });
      rpc["seq-1"].conductor_paused = true;
    },
    ["op-conductors are paused: sequencer resume op"],
  ],
  [
    "a member with a volume does not answer",
    (rpc, { objects }) => {
      delete rpc["seq-2"];
      objects["persistentvolumeclaim/data-seq-2"] = bound;
    },
    [
      "seq-2 has an op-conductor that does not answer: its volume would bring the old raft back",
      "delete its claim data-seq-2 and its pod",
    ],
  ],
  [
    "a majority is missing",
    rpc => {
      delete rpc["seq-1"];
      delete rpc["seq-2"];
    },
    ["2 of 3 members cannot be asked → bring a majority back first"],
  ],
  [
    "two members have different blocks of one height",
    rpc => (rpc["seq-1"].optimism_syncStatus.unsafe_l2.hash = hashOf(8)),
    [`block 115 is ${hashOf(1)} on seq-0 and ${hashOf(8)} on seq-1: two chains → empty the volumes of the members`],
  ],
  [
    "no member has a block",
    rpc => {
      for (const name of MEMBERS) rpc[name].optimism_syncStatus.unsafe_l2 = { number: 0, hash: hashOf(0) };
      for (const name of MEMBERS) rpc[name].blocks = { "0x0": { hash: hashOf(0) } };
    },
    ["no member has a block, and members of a chain without blocks found themselves → see their logs"],
  ],
  [
    "a member is overridden",
    rpc => (rpc["seq-1"].conductor_leaderOverridden = true),
    ["seq-1 is overridden, and makes blocks without the raft → end that first: sequencer override op --end"],
  ],
  [
    "the StatefulSet has other members",
    (_, { objects }) => (objects["statefulset/seq"].spec.replicas = 5),
    ["StatefulSet seq has 5 replicas, and the values name 3 members → deploy first"],
  ],
  [
    "the StatefulSet does not say how many it has",
    (_, { objects }) => delete objects["statefulset/seq"].spec.replicas,
    ["StatefulSet seq has no number of replicas, and the values name 3 members → deploy first"],
  ],
  [
    "kubectl answers with something else",
    (_, { objects }) => (objects["statefulset/seq"].kind = "Deployment"),
    ["kubectl get statefulset/seq printed the Deployment seq → run it by hand: what is between here and the API?"],
  ],
])("fails, and changes nothing, when %s", async (_, change, messages) => {
  setCluster(stands(change));
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  for (const message of messages) expect(stderr).toContain(message);
  expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  expect(orders().filter(order => !order.includes(" ls "))).toEqual([]);
});

test("fails where members that it starts are stopped again", async () => {
  setCluster(
    stands((_, { objects }) => {
      objects["statefulset/seq"].spec.replicas = 0;
      objects["statefulset/seq"].metadata.replicas = 0; // what the stub scales
    }),
  );
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("seq is at 0 replicas again") });
  expect(orders()).toEqual(["FoundingRequested", "--replicas=3"]);
});

test("fails, and changes nothing, while another founding is under way", async () => {
  setCluster(founded((_, { objects }) => (objects["lease/seq-found"] = living)));
  const { code, stderr } = await run("sequencer", "found", "op", "--yes");
  expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  expect(stderr).toContain("a founding of op/seq is under way, by bob");
});

test("fails for a raft of ev-node, which has no op-conductors", async () => {
  const { code, stderr } = await run("sequencer", "found", "raft", "--yes");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining(
      "sequencer seq is a raft, and found is for op-conductors → see docs/runbooks/no-quorum.md",
    ),
  });
});
