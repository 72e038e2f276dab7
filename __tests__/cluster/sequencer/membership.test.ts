import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { until } from "../driver/kubectl";
import { Agents, membershipOf } from "./opstack/agents";
import { call, LoopbackNetwork, MEMBERS, port, VOTERS } from "./opstack/loopback";

const root = mkdtempSync(join(tmpdir(), "membership-"));
let network: LoopbackNetwork;
let agents: Agents;
/** Every block that a member had, by height. */
const seen = new Map<number, Set<string>>();
let watching: NodeJS.Timeout;

beforeAll(async () => {
  network = await LoopbackNetwork.create(mkdtempSync(join(root, "network-")));
  agents = new Agents(network);
  const chain = await network.chain();
  await network.startNodes(chain);
  network.startConductors(raftFiles(VOTERS, genesisBlock(readGenesis(chain.genesis)).payload));
  for (const i of VOTERS.keys()) agents.start(i, 3);
  await until("every member has a block", 60, async () => Math.min(...(await network.heights())) > 2, 0.1);
  watching = setInterval(watch, 200);
}, 900_000);

afterAll(async () => {
  clearInterval(watching);
  agents?.stop();
  await network?.stop();
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

/** Who votes and who does not yet, as the leader says. */
async function membership(): Promise<{ voters: string[]; others: string[] }> {
  const leader = await until("a leader", 30, async () => (await network.leaders()).map(i => [i])[0], 0.1);
  const { servers } = await membershipOf(leader[0] as number);
  const with_ = (suffrage: number) => (servers ?? []).filter(each => each.suffrage === suffrage).map(({ id }) => id);
  return { voters: with_(0).sort(), others: with_(1) };
}

const ids = (members: readonly number[]) => members.map(i => `seq-${i}`);

/** Waits until these vote and nobody else is in the raft, and all of them have the newest blocks. */
async function voters(members: readonly number[]): Promise<string[][]> {
  const steps: string[][] = [];
  await until(
    `${members} vote`,
    60,
    async () => {
      const { voters, others } = await membership();
      const step = [...voters, ...others.map(id => `${id}?`)];
      if (`${step}` !== `${steps.at(-1)}`) steps.push(step);
      return `${step}` === `${ids(members)}`;
    },
    0.1,
  );
  const height = Math.max(...(await network.heights())) + 3;
  await until("all have new blocks", 60, async () => Math.min(...(await network.heights())) >= height, 0.1);
  expect(new Set(await network.hashes(height)).size).toBe(1);
  return steps;
}

const steps = (all: string[][]) => process.stderr.write(`  ${all.map(step => step.join(" ")).join(" → ")}\n`);

test("a deployment of five adds two members to three, one after the other, and they are level before they vote", async () => {
  for (const i of [3, 4]) {
    await network.startNode(i);
    network.startConductor(i);
  }
  for (const i of MEMBERS.keys()) agents.start(i, 5);
  const all = await voters([0, 1, 2, 3, 4]);
  steps(all);
}, 120_000);
