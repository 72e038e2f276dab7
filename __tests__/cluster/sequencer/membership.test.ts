import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { OP_STACK_PORTS as PORTS } from "../../../constructs/sequencer/software/op-stack/ports";
import {
  type Cluster,
  calls,
  dir,
  environment,
  forwardTo,
  pod,
  removeStub,
  run as rollupNetwork,
  setCluster,
  startStub,
} from "../../cli/kubernetes/stub-cluster";
import { until } from "../driver/kubectl";
import { Agents, membershipOf } from "./opstack/agents";
import { call, LoopbackNetwork, MEMBERS, port, VOTERS } from "./opstack/loopback";

const root = mkdtempSync(join(tmpdir(), "membership-"));
let network: LoopbackNetwork;
let agents: Agents;
/** Every block that a member had, by height. */
const seen = new Map<number, Set<string>>();
let watching: NodeJS.Timeout;

/** The command, whose kubectl brings it to the programs. */
async function command(name: string, ...options: readonly string[]) {
  const { code, stdout, stderr } = await rollupNetwork("sequencer", name, "op-stack", ...options);
  return { code, stdout, said: stdout + stderr };
}

beforeAll(async () => {
  const folder = mkdtempSync(join(root, "network-"));
  network = await LoopbackNetwork.create(folder);
  agents = await Agents.create(network, folder);
  const chain = await network.chain();
  await network.startNodes(chain);
  network.startConductors(raftFiles(VOTERS, genesisBlock(readGenesis(chain.genesis)).payload));
  for (const i of VOTERS.keys()) agents.start(i, 3);
  await until("every member has a block", 60, async () => Math.min(...(await network.heights())) > 2, 0.1);
  watching = setInterval(watch, 200);
  await startStub();
  environment("op-stack", "op-stack");
  setCluster({
    objects: Object.fromEntries(objects().map(each => [`${each.kind.toLowerCase()}/${each.metadata.name}`, each])),
  });
  for (const [i, { id }] of MEMBERS.entries()) {
    const { conductor, node, rpc: eth, metrics: nodeMetrics, role } = PORTS;
    const ports = { conductor, node, eth, nodeMetrics, role };
    for (const [of, at] of Object.entries(ports)) forwardTo(id, at, port(i, of as keyof typeof ports));
  }
}, 900_000);

function objects(): Cluster[] {
  const proxy = {
    kind: "Deployment",
    metadata: { name: "seq-proxy" },
    spec: { replicas: 2 },
    status: { readyReplicas: 2 },
  };
  return [
    { kind: "StatefulSet", metadata: { name: "seq", uid: "uid" } },
    proxy,
    ...MEMBERS.map(({ id }, i) => pod(id, `node${i}`)),
  ];
}

/** How many members the values name. */
function deployed(members: number): void {
  const file = join(dir, "values", "op-stack.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/members: \d/, `members: ${members}`));
}

afterAll(async () => {
  clearInterval(watching);
  agents?.stop();
  await network?.stop();
  removeStub();
  rmSync(root, { recursive: true });
});

function watch(): void {
  for (const i of MEMBERS.keys()) {
    call<{ number: string; hash: string }>(port(i, "eth"), "eth_getBlockByNumber", "latest", false).then(
      ({ number, hash }) => seen.set(Number(number), (seen.get(Number(number)) ?? new Set()).add(hash)),
      () => {},
    );
  }
}

/** Who votes and who does not yet, as a member has it from the leader. */
async function membership(of: number): Promise<string[]> {
  const { servers } = await membershipOf(of);
  return (servers ?? []).map(({ id, suffrage }) => (suffrage === 0 ? id : `${id}?`)).sort();
}

/** The member that leads. */
const leads = () =>
  until("a leader", 30, async () => (await network.leaders()).map(i => ({ i }))[0], 0.1).then(({ i }) => i);

const ids = (members: readonly number[]) => members.map(i => `seq-${i}`);

/** Waits until these vote and nobody else is in the raft, and all of them have new blocks. */
async function voters(members: readonly number[]): Promise<string[][]> {
  const steps: string[][] = [];
  await until(
    `${members} vote`,
    90,
    async () => {
      const step = await membership(members[0] ?? 0);
      if (`${step}` !== `${steps.at(-1)}`) steps.push(step);
      return `${step}` === `${ids(members)}`;
    },
    0.05,
  );
  const height = Math.max(...(await network.heights())) + 3;
  await until("all have new blocks", 60, async () => Math.min(...(await network.heights())) >= height, 0.1);
  expect(new Set(await network.hashes(height)).size).toBe(1);
  return steps;
}

test("a deployment of five adds two members to three, one after the other, each level before it votes", async () => {
  for (const i of [3, 4]) {
    await network.startNode(i);
    network.startConductor(i);
  }
  deployed(5);
  const before = await command("members");
  expect({ code: before.code, said: before.said }).toEqual({
    code: 1,
    said: expect.stringContaining("not in the raft"),
  });
  for (const i of MEMBERS.keys()) agents.start(i, 5);
  const steps = await voters([0, 1, 2, 3, 4]);
  // One change at a time: a member more as non-voter, or a vote for it.
  for (const [i, step] of steps.entries()) expect(step.length - (steps[i - 1] ?? step).length).toBeLessThanOrEqual(1);
  expect(steps.flat()).toEqual(expect.arrayContaining(["seq-3?", "seq-4?"]));
  const { code, said } = await command("members", "--json");
  expect({ code, problems: JSON.parse(said).problems }).toEqual({ code: 0, problems: [] });
}, 300_000);

test("members are taken out by the command, the leader after it has handed over, and stay out", async () => {
  await until(
    "seq-4 leads",
    60,
    async () => {
      const leader = await leads();
      if (leader === 4) return true;
      const { id, address } = MEMBERS[4] as (typeof MEMBERS)[number];
      await call(port(leader, "conductor"), "conductor_transferLeaderToServer", id, address);
      return false;
    },
    1,
  );
  for (const member of ["seq-4", "seq-3"]) {
    const { code, said } = await command("members", "--remove", member, "--yes");
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`${member} is no longer in the raft`) });
  }
  await voters([0, 1, 2]);
  const refused = await command("members", "--remove", "seq-2", "--yes");
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining("2 voters stay, and 5 members need 3") });
  const again = await command("members", "--remove", "seq-4", "--yes");
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining("seq-4 is not in the raft") });
  await new Promise(resolve => setTimeout(resolve, 3000)); // the agents have had time to take them in again
  expect(await membership(0)).toEqual(ids([0, 1, 2]));
  // As the deployment of three does.
  deployed(3);
  await Promise.all([3, 4].map(i => network.kill(i)));
  for (const i of [0, 1, 2]) agents.start(i, 3);
  await voters([0, 1, 2]);
}, 300_000);

test("a member that lost its volumes is taken out and joins again; nobody had two blocks of a height", async () => {
  const lost = 1;
  await network.kill(lost);
  const ill = await command("members", "--remove", "seq-0", "--yes");
  expect(ill).toMatchObject({ code: 1, said: expect.stringContaining("seq-1 not healthy") });
  expect((await command("members", "--remove", "seq-1", "--yes")).code).toBe(0);
  network.wipe(lost);
  await network.startNode(lost);
  network.startConductor(lost);
  agents.start(lost, 3);
  const steps = await voters([0, 1, 2]);
  expect(steps.flat()).toContain("seq-1?");
  expect([...seen].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
  expect(seen.size).toBeGreaterThan(20);
}, 300_000);

test("paused op-conductors leave the leader at work, and nobody takes over before they resume", async () => {
  const paused = await command("pause", "--yes", "--json");
  expect(paused.code).toBe(0);
  expect(JSON.parse(paused.stdout).members.map((each: { paused: boolean }) => each.paused)).toEqual([true, true, true]);
  expect((await command("status")).said).toContain("is paused: op-conductor neither starts nor stops its op-node");
  const height = Math.max(...(await network.heights()));
  await until("blocks go on", 30, async () => Math.min(...(await network.heights())) > height, 0.1);
  const leader = await leads();
  await call(port(leader, "conductor"), "conductor_transferLeader");
  await until("another leads", 30, async () => (await leads()) !== leader, 0.1);
  await new Promise(resolve => setTimeout(resolve, 1500));
  const stands = Math.max(...(await network.heights()));
  await new Promise(resolve => setTimeout(resolve, 3000));
  expect(Math.max(...(await network.heights()))).toBe(stands);
  expect((await command("resume", "--yes")).code).toBe(0);
  await until("blocks again", 60, async () => Math.min(...(await network.heights())) > stands + 1, 0.1);
  expect((await command("resume", "--yes")).said).toContain("every op-conductor is at work");
}, 300_000);

test("without a quorum an overridden member makes blocks, and the raft goes on from them", async () => {
  const refused = await command("override", "--member", "seq-0", "--yes");
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining("leads the raft, which needs no override") });
  await Promise.all([1, 2].map(i => network.kill(i)));
  await until("nobody leads", 30, async () => (await network.leaders()).length === 0, 0.1);
  const [lost = 0] = await network.heights();
  const { code, said } = await command("override", "--member", "seq-0", "--yes");
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining("seq-0 makes blocks without the raft") });
  expect(said).toContain("MAKE SURE THAT THEY ARE OFF");
  await until("blocks", 30, async () => Math.max(...(await network.heights())) > lost + 3, 0.1);
  expect((await command("status")).said).toContain("is overridden: it makes blocks without the raft");
  const early = await command("override", "--end", "--yes");
  expect(early).toMatchObject({ code: 1, said: expect.stringContaining("a quorum is needed first") });

  for (const i of [1, 2]) {
    await network.startNode(i);
    network.startConductor(i);
    agents.start(i, 3);
  }
  await until("they have its blocks", 150, async () => Math.min(...(await network.heights())) > lost + 3, 0.1);
  const ending = command("override", "--end", "--yes", "--json");
  await until("its pod is deleted", 60, async () => calls().some(({ args }) => args.includes("delete")), 0.1);
  await network.kill(0);
  await network.startNode(0);
  network.startConductor(0);
  agents.start(0, 3);
  const ended = await ending;
  expect({ code: ended.code, said: ended.said }).toEqual({
    code: 0,
    said: expect.stringContaining("makes blocks again"),
  });
  await voters([0, 1, 2]);
  expect([...seen].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
}, 300_000);
