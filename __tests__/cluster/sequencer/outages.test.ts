import { setTimeout as sleep } from "node:timers/promises";
import type { Check } from "../../../cli/check/result";
import { driver } from "../driver/driver";
import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import {
  EVNODE_IMAGE,
  HAPROXY_IMAGE,
  haproxyVersion,
  loadImages,
  NEXT_EVNODE_IMAGE,
  NODE_IMAGE,
} from "../driver/images";
import { deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import {
  blackHole,
  type DrillResult,
  elsewhere,
  expectWithin,
  leaderOf,
  moveDns,
  ROUNDS,
  roundsOf,
  runDrill,
  sameBlocks,
  WRITES_SETUP,
} from "./drills";
import { namespacesOf, OUTAGES_FIVE, OUTAGES_PAIR, OUTAGES_RAFT, type SequencerExample } from "./examples";
import { LimitedVolumes } from "./limited-volumes";
import { type Pod, SequencerNetwork } from "./network";

/** What takes longer than a failover: a quorum, the DA or the API server that is away. */
const evidence = new Evidence("Sequencers through outages");
const RAFT = OUTAGES_RAFT.namespace;
const namespaces = [OUTAGES_RAFT, OUTAGES_FIVE, OUTAGES_PAIR].flatMap(({ namespace }) => namespacesOf(namespace));
const MINUTE_MS = 60_000;
const CUT_MS = 15_000;

beforeAll(async () => {
  await deleteNamespaces(...namespaces);
  await loadImages([EVNODE_IMAGE, NEXT_EVNODE_IMAGE, HAPROXY_IMAGE, NODE_IMAGE]);
}, 600_000);

afterAll(async () => {
  await driver.apiServer("running");
  await evidence.write([
    WRITES_SETUP,
    `The examples raft-3, also with five members, and lease of \`examples/sequencer\`, ${DEPLOYED}: ` +
      `real ev-node 1.2.2, HAProxy ${await haproxyVersion()}, blocks every 200 ms, default timings.`,
    "Gap: the longest time in which no member had a new highest block, with the outage itself. Three nodes share " +
      "two cores with everything else.",
  ]);
  await deleteNamespaces(...namespaces);
}, 200_000);

interface Outage {
  readonly name: string;
  /** The outage itself, from its begin to its end. */
  readonly during: (leader: Pod, pods: readonly Pod[]) => Promise<void>;
  readonly observer?: (leader: Pod, pods: readonly Pod[]) => string;
  readonly lead?: () => Promise<Pod>;
  readonly rounds?: number;
}

/** A raft or a pair, through outages one after the other. Five members share three nodes. */
function sequencer(mode: "raft" | "lease", example: SequencerExample) {
  const { namespace, members } = example;
  const name = mode === "raft" ? `raft of ${members}` : "pair";
  let network: SequencerNetwork;
  let volumes: LimitedVolumes | undefined;
  beforeAll(async () => {
    network = await SequencerNetwork.create(example);
    volumes = await LimitedVolumes.create(namespace, network.members);
    await network.deploy(volumes.objects);
    await network.ready(180);
  }, 300_000);
  afterAll(async () => {
    try {
      const height = Math.min(...(await Promise.all(network.names.map(name => network.height(name)))));
      await sameBlocks(network, 1, height);
      evidence.add(`${name}: afterwards`, `heights 1 to ${height}: one block each, the same on every member`);
    } finally {
      await deleteNamespaces(...namespacesOf(namespace));
      await volumes?.delete();
    }
  }, 500_000);
  return {
    of: () => network,
    volumes: () => volumes as LimitedVolumes,
    pass: ({ name: outage, during, rounds = 1, ...more }: Outage): Promise<DrillResult> =>
      runDrill({
        network,
        mode,
        evidence,
        name: `${name}: ${outage}`,
        rounds,
        windowMs: 15_000,
        ...more,
        harm: async (leader, pods) => {
          await during(leader, pods);
          return undefined;
        },
      }),
  };
}

/** Kills leaders until the one beside the DA leads, and moves the cluster's DNS there. */
async function leadBesideDa(network: SequencerNetwork): Promise<Pod> {
  const { items } = await getJson("-n", `${network.namespace}-da`, "pods");
  const { nodeName } = items[0].spec;
  await moveDns(nodeName);
  return until("the member beside the DA leads", 180, async () => {
    const leader = await leaderOf(network, await network.settled(), "raft");
    if (leader.node === nodeName) return leader;
    await network.kill(leader.name);
    return false;
  });
}

async function withoutApiServer(): Promise<void> {
  await driver.apiServer("paused");
  await sleep(MINUTE_MS).finally(() => driver.apiServer("running"));
}

async function withoutDa(network: SequencerNetwork): Promise<void> {
  const heal = await blackHole(network);
  await sleep(MINUTE_MS).finally(heal);
}

const UNCOUNTED = "no claim whose kubelet counts what it holds";

/** What `check` says of a sequencer's volumes. */
async function volumesCheck({ environment, namespace }: SequencerNetwork): Promise<Check | undefined> {
  const { stdout } = await environment.command("check", "--volumes", "--no-drift", "--json");
  return JSON.parse(stdout).checks.find(({ check }: Check) => check === `volumes ${namespace}`);
}

/** Whether a node's kubelet counts what volumes hold, which without isolation of local storage it does not. */
function counts(node: string): Promise<boolean> {
  return kubectl(["get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`]).then(
    () => true,
    () => false,
  );
}

describe("a raft of three", () => {
  const raft = sequencer("raft", OUTAGES_RAFT);

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

  test(
    "the leader's node cut off, with the DA and the cluster's DNS on it",
    async () => {
      const result = await raft
        .pass({
          name: "the leader's node cut off, the DA and the cluster's DNS with it",
          rounds: ROUNDS,
          lead: () => leadBesideDa(raft.of()),
          observer: elsewhere,
          during: async leader => {
            await driver.network(leader.node, "down");
            await sleep(CUT_MS).finally(() => driver.network(leader.node, "up"));
          },
        })
        .finally(() => moveDns(null));
      expectWithin(result, { p50: 2000, max: 6000 });
    },
    roundsOf(200) + 60_000,
  );

  test("the leader's disk full: another leads, and with space again it is a member as before", async () => {
    const { max } = await raft.pass({
      name: "the leader's disk full",
      during: async leader => {
        const lead = () => raft.of().leader("raft");
        const free = await raft.volumes().fill(raft.of(), leader.name);
        try {
          await until("another member leads", 60, async () => ![leader.name, undefined].includes(await lead()), 0.5);
          const full = expect.stringMatching(`data-${leader.name} is (9\\d|100) % full`);
          const seen = (await counts(leader.node)) ? { ok: false, detail: full } : { ok: true, detail: UNCOUNTED };
          const said = await until(
            "check says so",
            150,
            async () => {
              const check = await volumesCheck(raft.of());
              expect(check).toMatchObject(seen);
              return check;
            },
            5,
          );
          evidence.add("`check --volumes` meanwhile", said.detail);
        } finally {
          await free();
        }
      },
    });
    expect(max).toBeLessThan(15_000);
  }, 600_000);

  test("another image, one member after the other", async () => {
    const result = await raft.pass({
      name: "another image",
      during: async () => {
        const next = (objects: object) =>
          JSON.stringify(objects).replaceAll(`"${EVNODE_IMAGE}"`, `"${NEXT_EVNODE_IMAGE}"`);
        await raft.of().change(objects => JSON.parse(next(objects)));
        await kubectl(["-n", RAFT, "rollout", "status", "statefulset/seq", "--timeout=300s"]);
      },
    });
    expectWithin(result, { max: 2000 });
    const images = (await kubectl(["-n", RAFT, "get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}"]))
      .stdout;
    expect(images).toContain(NEXT_EVNODE_IMAGE);
    expect(images).not.toContain(EVNODE_IMAGE);
  }, 600_000);

  test("the DA away for a minute: blocks go on", async () => {
    const { max } = await raft.pass({ name: "DA black-holed for a minute", during: () => withoutDa(raft.of()) });
    expect(max).toBeLessThan(2000);
  }, 400_000);

  test("the API server away for a minute: nothing happens", async () => {
    const { max } = await raft.pass({ name: "API server away for a minute", during: withoutApiServer });
    expect(max).toBeLessThan(2000);
  }, 400_000);
});

describe("a raft of five", () => {
  const five = sequencer("raft", OUTAGES_FIVE);

  test("two members killed, the leader one of them: the other three go on", async () => {
    const { max } = await five.pass({
      name: "the leader and another killed",
      during: async (leader, pods) => {
        const other = pods.find(({ name }) => name !== leader.name) as Pod;
        await Promise.all([leader, other].map(({ name }) => five.of().kill(name)));
      },
    });
    expect(max).toBeLessThan(15_000); // five members and everything else on two cores
  }, 400_000);
});

describe("a pair behind a Lease", () => {
  const pair = sequencer("lease", OUTAGES_PAIR);

  test("the DA away for a minute: blocks go on", async () => {
    const { max } = await pair.pass({ name: "DA black-holed for a minute", during: () => withoutDa(pair.of()) });
    expect(max).toBeLessThan(2000);
  }, 400_000);

  test("the API server away for a minute: nobody sequences without the Lease, one does once it is back", async () => {
    const { max } = await pair.pass({ name: "API server away for a minute", during: withoutApiServer });
    expect(max).toBeGreaterThan(MINUTE_MS - 10_000);
    expect(max).toBeLessThan(MINUTE_MS + 15_000);
    await until("both members are ready", 60, async () => (await pair.of().ready()).length === 2);
  }, 400_000);
});
