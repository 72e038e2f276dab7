import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { haproxyVersion, loadImages } from "../driver/images";
import { deleteNamespaces, until } from "../driver/kubectl";
import { CutOff } from "./cut-off";
import {
  blackHole,
  blocksFrom,
  elsewhere,
  expectWithin,
  killLeader,
  killWithoutDa,
  ROUNDS,
  restartAll,
  roundsOf,
  runDrill,
  sameBlocks,
  series,
  strand,
  WRITES_SETUP,
} from "./drills";
import { namespacesOf, PAIR } from "./examples";
import { type Pod, SequencerNetwork } from "./network";

const { namespace } = PAIR;
const evidence = new Evidence("A Lease pair of sequencers under faults");
let network: SequencerNetwork;

beforeAll(async () => {
  await deleteNamespaces(...namespacesOf(namespace));
  await loadImages();
  network = await SequencerNetwork.create(PAIR);
  await network.deploy();
}, 600_000);

afterAll(async () => {
  await evidence.write([
    WRITES_SETUP,
    `The example \`examples/sequencer/lease.yaml\`, ${DEPLOYED}: ` +
      `real ev-node 1.2.2 (\`__tests__/cluster/sequencer/evnode\`), HAProxy ${await haproxyVersion()}, ` +
      "the agent on Node.js 20, blocks every 200 ms, " +
      "default timings (duration 5 s, renew deadline 3 s, retry 500 ms, kill grace 1 s).",
    "Gap: the longest time in which no member had a new highest block, seen from the network of a node that stayed, " +
      "every 40 ms.",
    "Three nodes share two cores with everything else.",
  ]);
  await deleteNamespaces(...namespacesOf(namespace));
}, 200_000);

test("one member holds the Lease, both become ready, and writes through the proxy land on both", async () => {
  const started = Date.now();
  await network.ready(180);
  evidence.add("deployed", `both members ready after ${Math.round((Date.now() - started) / 1000)} s`);
  await network.write("greeting", "hello");
  await until("the write is on both", 60, async () =>
    (await network.read("greeting")).every(value => value === "hello"),
  );
}, 240_000);

test(
  "the holder's process killed (SIGKILL)",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "holder killed",
      windowMs: 12_000,
      harm: leader => killLeader(network, leader),
    });
    expectWithin(result, { p50: 8000 });
  },
  roundsOf(90) + 60_000,
);

test(
  "the holder's pod deleted",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "holder deleted (SIGTERM)",
      windowMs: 12_000,
      harm: leader => network.deletePods(leader.name),
    });
    expectWithin(result, { max: 3000 });
  },
  roundsOf(120) + 60_000,
);

test(
  "a rolling restart of both members",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "rolling restart",
      windowMs: 3000,
      harm: () => restartAll(network),
    });
    expectWithin(result, { max: 3000 });
  },
  roundsOf(200) + 60_000,
);

test(
  "the holder's pod deleted while the other follows the DA alone: it comes back itself, and the other follows its " +
    "peers again",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "holder deleted (SIGTERM), the other not level",
      rounds: Math.ceil(ROUNDS / 5),
      prepare: (leader, pods) => strand(network, leader, other(leader, pods)),
      harm: async (leader, pods) => {
        await network.deletePods(leader.name);
        return async () => {
          await until("blocks of its peers", 90, async () => (await blocksFrom("p2p", other(leader, pods))) > 0);
          expect(await network.leader("lease")).toBe(leader.name);
        };
      },
    });
    expect(result.max).toBeLessThanOrEqual(CATCH_UP_MS);
  },
  roundsOf(240) + 60_000,
);

test(
  "both members' pods deleted",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "both deleted (SIGTERM)",
      rounds: Math.ceil(ROUNDS / 3),
      windowMs: 40_000,
      harm: deleteBoth,
    });
    expect(result.max).toBeLessThanOrEqual(CATCH_UP_MS);
  },
  roundsOf(120) + 60_000,
);

test(
  "the holder killed while the DA is a black hole",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "holder killed, DA black-holed",
      windowMs: 12_000,
      harm: (leader, pods) => killWithoutDa(network, leader, pods),
    });
    expectWithin(result, { p50: 8000 });
  },
  roundsOf(90) + 60_000,
);

test(
  "the holder's node cut off: it never sequences beside the other, which signs anew what nobody saw",
  async () => {
    const cutOff = new CutOff(network);
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "holder's node cut off",
      windowMs: 15_000,
      observer: elsewhere,
      harm: leader => cutOff.harm(leader),
      judge: (samples, where) => cutOff.judge(samples, where),
      verdict: () => cutOff.verdict(),
    });
    expectWithin(result, { p50: 8000 });
  },
  roundsOf(150) + 60_000,
);

test(
  "both deleted after the DA took over a hundred blocks in one piece, with which ev-node's catch-up never ends",
  async () => {
    const result = await runDrill({
      network,
      mode: "lease",
      evidence,
      name: "both deleted, after a minute without a DA",
      rounds: Math.ceil(ROUNDS / 5),
      windowMs: 80_000,
      harm: async leader => {
        const heal = await blackHole(network);
        try {
          await until("250 blocks wait for the DA", 90, async () => (await pendingBlobs(leader)) > 500, 1);
        } finally {
          await heal();
        }
        await until("the DA has them", 90, async () => (await pendingBlobs(leader)) < 100, 1);
        return deleteBoth();
      },
    });
    expect(result.max).toBeLessThanOrEqual(CATCH_UP_MS);
  },
  roundsOf(300) + 60_000,
);

/**
 * A catch-up over a DA height with more than a hundred blocks that the node has does not end by itself: the agent ends
 * it after 30 s.
 */
const CATCH_UP_MS = 70_000;

function other(leader: Pod, pods: readonly Pod[]): Pod {
  return pods.find(({ name }) => name !== leader.name) as Pod;
}

const deleteBoth = () => network.deletePods(...network.names);

/** Headers and data that a member's node has still to send to the DA. */
async function pendingBlobs(pod: Pod): Promise<number> {
  return Number(await series(pod, "da_submitter_pending_blobs\\{.*\\}"));
}

test("one block per height on both members, from the first to the last", async () => {
  const height = Math.min(...(await Promise.all(network.names.map(name => network.height(name)))));
  await sameBlocks(network, 1, height);
  evidence.add("afterwards", `heights 1 to ${height}: one block each, the same on both members`);
}, 300_000);
