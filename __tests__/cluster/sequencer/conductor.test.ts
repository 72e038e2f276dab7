import { until } from "../driver/kubectl";
import { OP_STACK_ON_CLUSTER } from "./opstack/example";
import { longestWithoutBlock, OpStackNetwork, opens, throughProxy } from "./opstack/network";

const { namespace: NAMESPACE } = OP_STACK_ON_CLUSTER;
const ROUNDS = Number(process.env.ROUNDS ?? 1);
let network: OpStackNetwork;

beforeAll(async () => {
  await OpStackNetwork.remove(NAMESPACE);
  network = await OpStackNetwork.deploy(NAMESPACE);
}, 1_500_000);

afterAll(async () => OpStackNetwork.remove(NAMESPACE), 200_000);

test("three members found themselves from their manifests, and every one has the same blocks", async () => {
  await network.settled();
  await until("every member has blocks", 120, async () => Math.min(...(await network.heights())) > 3);
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

test(
  "a member killed: another makes blocks, and heights have one hash",
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await network.settled();
      const [leader = ""] = await network.leaders();
      const watch = await network.watch();
      await until("blocks are seen", 30, async () => (await network.heights()).every(height => height > 0));
      for (const [container, program] of [
        ["conductor", "op-conductor"],
        ["node", "op-node"],
        ["execution", "geth"],
      ] as const) {
        await network.shell(leader, `kill -9 $(pidof ${program})`, container);
      }
      await until("another leads", 60, async () => (await network.leaders()).some(name => name !== leader), 0.5);
      const from = Math.max(...(await network.heights()));
      await until("blocks go on", 60, async () => Math.max(...(await network.heights())) > from + 3);
      const gap = longestWithoutBlock(watch.stop());
      process.stderr.write(`member killed: ${gap.toFixed(2)} s without a block\n`);
      expect(gap).toBeLessThan(15);
      await network.settled();
      const common = Math.min(...(await network.heights()));
      expect(new Set(await network.hashes(common)).size).toBe(1);
    }
  },
  600_000 * ROUNDS,
);

test("a member whose volumes were lost in a living cluster is not founded again, and gets everything", async () => {
  await network.settled();
  const [leader = ""] = await network.leaders();
  const lost = network.names.find(name => name !== leader) as string;
  await network.loseVolumes(lost);
  await network.settled();
  expect(await network.log(lost, "conductor")).toContain("another member has founded the raft: joining it");
  const height = Math.max(...(await network.heights()));
  await until("it is level", 120, async () => Math.min(...(await network.heights())) >= height);
  expect(new Set(await network.hashes(height)).size).toBe(1);
  expect(await network.leaders()).toHaveLength(1);
}, 600_000);
