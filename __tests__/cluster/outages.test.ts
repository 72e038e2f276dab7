import { setTimeout as sleep } from "node:timers/promises";
import { blackHole, type DrillResult, runDrill, sameBlocks } from "./drills";
import { driver } from "./driver";
import { Evidence } from "./evidence";
import { loadImages } from "./images";
import { deleteNamespaces, until } from "./kubectl";
import { type Pod, SequencerNetwork } from "./sequencer-network";

/** What takes longer than a failover: a quorum, the DA or the API server that is away. */
const evidence = new Evidence("Sequencers through outages");
const RAFT = "seq-outages";
const PAIR = "seq-outages-pair";
const namespaces = [RAFT, PAIR].flatMap(namespace => [namespace, `${namespace}-da`]);
const MINUTE_MS = 60_000;

beforeAll(async () => {
  await deleteNamespaces(...namespaces);
  await loadImages();
}, 600_000);

afterAll(async () => {
  await driver.apiServer("running");
  await evidence.write([
    "The examples `raft-3.yaml` and `lease.yaml` of `examples/sequencer`, deployed from their manifests: real ev-node 1.2.2, HAProxy 2.6, blocks every 200 ms, default timings.",
    "Gap: the longest time in which no member had a new highest block, with the outage itself. Three nodes share two cores with everything else.",
  ]);
  await deleteNamespaces(...namespaces);
}, 200_000);

interface Outage {
  readonly name: string;
  /** The outage itself, from its begin to its end. */
  readonly during: (leader: Pod, pods: readonly Pod[]) => Promise<void>;
  readonly observer?: (leader: Pod, pods: readonly Pod[]) => string;
}

/** A raft or a pair, through outages one after the other. */
function sequencer(mode: "raft" | "lease", namespace: string) {
  let network: SequencerNetwork;
  beforeAll(async () => {
    network = await SequencerNetwork.create(mode === "raft" ? "raft-3" : "lease", namespace);
    await network.deploy();
    await network.ready(180);
  }, 300_000);
  afterAll(async () => {
    const height = Math.min(...(await Promise.all(network.names.map(name => network.height(name)))));
    await sameBlocks(network, 1, height);
    evidence.add(`${mode}: afterwards`, `heights 1 to ${height}: one block each, the same on every member`);
    await deleteNamespaces(namespace, `${namespace}-da`);
  }, 200_000);
  return {
    of: () => network,
    pass: ({ name, during, observer }: Outage): Promise<DrillResult> =>
      runDrill({
        network,
        mode,
        evidence,
        name: `${mode}: ${name}`,
        rounds: 1,
        windowMs: 30_000,
        ...(observer && { observer }),
        harm: async (leader, pods) => {
          await during(leader, pods);
          return undefined;
        },
      }),
  };
}

async function withoutApiServer(): Promise<void> {
  await driver.apiServer("paused");
  await sleep(MINUTE_MS).finally(() => driver.apiServer("running"));
}

async function withoutDa(network: SequencerNetwork): Promise<void> {
  const heal = await blackHole(network);
  await sleep(MINUTE_MS).finally(heal);
}

describe("a raft of three", () => {
  const raft = sequencer("raft", RAFT);

  test("two members lost: no blocks without a quorum, and one chain when they are back", async () => {
    const SECONDS = 20;
    const { max } = await raft.pass({
      name: `two members' nodes cut off for ${SECONDS} s`,
      observer: leader => leader.node,
      during: async (leader, pods) => {
        const lost = pods.filter(({ node }) => node !== leader.node).map(({ node }) => node);
        await Promise.all(lost.map(node => driver.network(node, "down")));
        await sleep(SECONDS * 1000).finally(() => Promise.all(lost.map(node => driver.network(node, "up"))));
      },
    });
    expect(max).toBeGreaterThan((SECONDS - 2) * 1000);
    expect(max).toBeLessThan((SECONDS + 20) * 1000);
  }, 400_000);

  test("the DA away for a minute: blocks go on", async () => {
    const { max } = await raft.pass({ name: "DA black-holed for a minute", during: () => withoutDa(raft.of()) });
    expect(max).toBeLessThan(2000);
  }, 400_000);

  test("the API server away for a minute: nothing happens", async () => {
    const { max } = await raft.pass({ name: "API server away for a minute", during: withoutApiServer });
    expect(max).toBeLessThan(2000);
  }, 400_000);
});

describe("a pair behind a Lease", () => {
  const pair = sequencer("lease", PAIR);

  test("the DA away for a minute: blocks go on", async () => {
    const { max } = await pair.pass({ name: "DA black-holed for a minute", during: () => withoutDa(pair.of()) });
    expect(max).toBeLessThan(2000);
  }, 400_000);

  test("the API server away for a minute: nobody sequences without the Lease, and one does once it is back", async () => {
    const { max } = await pair.pass({ name: "API server away for a minute", during: withoutApiServer });
    expect(max).toBeGreaterThan(MINUTE_MS - 10_000);
    expect(max).toBeLessThan(MINUTE_MS + 15_000);
    await until("both members are ready", 60, async () => (await pair.of().ready()).length === 2);
  }, 400_000);
});
