import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { kubectl, until } from "../driver/kubectl";
import { cutNodeOff, expectWithin, moveDns, ROUNDS, roundsOf } from "./drills";
import { PROPOSER } from "./opstack/chain";
import { expectOneChain, runOpStackDrill } from "./opstack/drills";
import { OP_STACK_ON_CLUSTER } from "./opstack/example";
import { type Leader, OpStackNetwork, opens, PROGRAMS, throughProxy } from "./opstack/network";

const { namespace: NAMESPACE } = OP_STACK_ON_CLUSTER;
const evidence = new Evidence("Three OP Stack members under op-conductor, and faults");
let network: OpStackNetwork;
let deployedAt: number;

beforeAll(async () => {
  await OpStackNetwork.remove(NAMESPACE);
  network = await OpStackNetwork.deploy(NAMESPACE);
  deployedAt = Date.now();
}, 1_500_000);

afterAll(async () => {
  await evidence.write([
    `The example \`examples/sequencer/op-stack.yaml\`, ${DEPLOYED}: real op-conductor and op-node 1.16.5, ` +
      "op-geth 1.101604.0 (`__tests__/cluster/sequencer/opstack`), a block every second, default timings.",
    "Gap: the longest time in which no member had a new highest block, seen by a pod on a node that stayed, every " +
      "40 ms. With blocks every second 1.0 s is what it is without a fault.",
    "Three nodes share two cores with everything else; the load is the machine's, after each round.",
  ]);
  await OpStackNetwork.remove(NAMESPACE);
}, 200_000);

test("three members found themselves from their manifests, and every one has the same blocks", async () => {
  await until("every member has blocks", 300, async () => Math.min(...(await network.heights())) > 3, 0.5);
  evidence.add("deployed", `every member has blocks after ${Math.round((Date.now() - deployedAt) / 1000)} s`);
  await network.settled();
  expect(new Set(await network.hashes(3)).size).toBe(1);
}, 600_000);

test("the proxy leads to the leader's JSON-RPC, which has no other methods", async () => {
  expect(JSON.parse(await throughProxy(NAMESPACE, "eth_blockNumber")).result).toMatch(/^0x/);
  for (const method of ["admin_peers", "engine_exchangeCapabilities", "miner_setExtra", "conductor_leader"]) {
    expect(JSON.parse(await throughProxy(NAMESPACE, method)).error.code).toBe(-32601);
  }
}, 120_000);

test("conductor, op-node and Engine API are on no network, and raft wants a certificate", async () => {
  const ports = { conductor: 8547, node: 9545, engine: 8551, raft: 50050 };
  for (const [name, port] of Object.entries(ports)) {
    expect({ name, opens: await opens(NAMESPACE, "seq-0", port) }).toEqual({ name, opens: false });
  }
}, 120_000);

test("op-batcher and op-proposer bring the leader's blocks and outputs to L1", async () => {
  const safe = async (name: string) =>
    Number((await network.call<{ number: string }>(name, "eth", "eth_getBlockByNumber", "safe", false)).number);
  await until("safe blocks", 300, async () => Math.min(...(await Promise.all(network.names.map(safe)))) > 0);
  await until("a proposal", 120, async () => (await network.transactionsOf(PROPOSER.address)) > 0);
}, 500_000);

/** Rounds of what takes long and has no aim. */
const FEW = Math.min(ROUNDS, 3);

type Harm = (leader: Leader) => Promise<(() => Promise<unknown>) | undefined>;

const killed =
  (...programs: readonly (typeof PROGRAMS)[number][]): Harm =>
  async ({ name }) => {
    await network.signal(name, "KILL", ...programs);
    return undefined;
  };
const hung =
  (program: (typeof PROGRAMS)[number]): Harm =>
  async ({ name }) => {
    await network.signal(name, "STOP", program);
    return () => network.signal(name, "CONT", program);
  };

test.each<[name: string, harm: Harm, aims: { p50?: number; max?: number }]>([
  ["member killed (SIGKILL)", killed(...PROGRAMS), { p50: 1300, max: 2500 }],
  ["conductor killed (SIGKILL)", killed("op-conductor"), { p50: 1500, max: 2500 }],
  ["op-node killed (SIGKILL)", killed("op-node"), { p50: 2000, max: 2500 }],
  ["execution client killed (SIGKILL)", killed("geth"), {}],
  ["op-node hung (SIGSTOP)", hung("op-node"), { p50: 4000, max: 6000 }],
  ["execution client hung (SIGSTOP)", hung("geth"), { p50: 4000, max: 6000 }],
  [
    "leadership transferred",
    async ({ name }) => {
      await network.transferLeader(name);
      return undefined;
    },
    { p50: 1100, max: 1500 },
  ],
  [
    "leader's pod deleted (SIGTERM)",
    async ({ name }) => {
      await kubectl(["-n", NAMESPACE, "delete", "pod", name, "--wait=false"]);
      return undefined;
    },
    {},
  ],
])(
  "%s: another makes blocks, and heights have one hash",
  async (name, harm, aims) => {
    expectWithin(await runOpStackDrill({ network, evidence, name, harm }), aims);
  },
  roundsOf(240) + 60_000,
);

test(
  "a rolling restart of all members",
  async () => {
    const harm = async () => {
      await kubectl(["-n", NAMESPACE, "rollout", "restart", "statefulset/seq"]);
      await kubectl(["-n", NAMESPACE, "rollout", "status", "statefulset/seq", "--timeout=400s"]);
      return undefined;
    };
    const name = "rolling restart";
    expectWithin(await runOpStackDrill({ network, evidence, name, harm, windowMs: 3000, rounds: FEW }), {});
  },
  FEW * 600_000 + 60_000,
);

test(
  "all programs of all members killed at once",
  async () => {
    const harm = async () => {
      await Promise.all(network.names.map(name => network.signal(name, "KILL", ...PROGRAMS)));
      return undefined;
    };
    const name = "all members killed at once";
    const { max } = await runOpStackDrill({ network, evidence, name, harm, windowMs: 20_000, rounds: FEW });
    expect(max).toBeLessThan(60_000);
  },
  FEW * 300_000 + 60_000,
);

test(
  "the leader's node cut off, with the cluster's DNS on it",
  async () => {
    const cutOff = await runOpStackDrill({
      network,
      evidence,
      name: "leader's node cut off, the cluster's DNS with it",
      prepare: leader => moveDns(leader.node),
      harm: cutNodeOff,
    }).finally(() => moveDns(null));
    expectWithin(cutOff, { p50: 2500, max: 5000 });
  },
  roundsOf(300) + 60_000,
);

test("a member whose volumes were lost in a living cluster is not founded again, and gets everything", async () => {
  const leader = await network.settled();
  const lost = network.names.find(name => name !== leader.name) as string;
  await network.loseVolumes(lost);
  await network.settled();
  expect(await network.log(lost, "conductor")).toContain("another member has founded the raft: joining it");
  const height = Math.max(...(await network.heights()));
  await until("it is level", 120, async () => Math.min(...(await network.heights())) >= height);
  expect(new Set(await network.hashes(height)).size).toBe(1);
  expect(await network.leaders()).toHaveLength(1);
}, 600_000);

test("one block per height on every member, from the first to the last", async () => {
  await network.settled();
  const height = await expectOneChain(network);
  evidence.add("afterwards", `heights 1 to ${height}: one block each, the same on every member`);
}, 300_000);
