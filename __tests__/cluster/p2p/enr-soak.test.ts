import { setTimeout as sleep } from "node:timers/promises";
import { decodeEnr } from "../../../constructs/p2p/enr";
import { SOAK_PINNED, SOAK_UNPINNED } from "../aztec/examples";
import { loadImages, Soak } from "../aztec/soak";
import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { deleteNamespaces } from "../driver/kubectl";

/** A record drifts when peers have seen another address for a while: this looks for as long as `SOAK_MINUTES` says. */
const MINUTES = Number(process.env.SOAK_MINUTES);
const LOOK_MS = 5000;
const PEERS = 24;
/** So many peers have to see another address before discv5 takes it: its `addrVotesToUpdateEnr`. */
const VOTES = 10;
/** discv5's own, which the real node does not let anybody change. */
const BOOT_PING_SECONDS = 300;
/** Rarer, so that the bootstrap node pings first: its packets then leave from the pod's address. */
const PEER_PING_SECONDS = 400;
/** So that the bootstrap node pings each generation of peers. */
const STAGES = 3;

const pinned = new Soak(SOAK_PINNED, PEERS, PEER_PING_SECONDS);
const unpinned = new Soak(SOAK_UNPINNED, PEERS, PEER_PING_SECONDS);
const evidence = new Evidence(`The ENR of a bootstrap node over ${MINUTES} minutes`);

beforeAll(async () => {
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
  await loadImages();
  await Promise.all([pinned.deploy(), unpinned.deploy()]);
}, 900_000);

afterAll(async () => {
  await evidence.write([
    "The bootstrap nodes are the real node, `@aztec/aztec` 4.1.2 ([how it is installed](../../__tests__/aztec)), " +
      `${DEPLOYED}: the \`local\` environment. NetworkPolicies are obeyed.`,
    `${PEERS} idle peers, which only ping: real discv5 nodes with Aztec's options, in one process of a ` +
      "[stand-in](../../__tests__/cluster/p2p/standin). As many real nodes would take 18 GiB.",
    `Ping rounds of ${BOOT_PING_SECONDS} s (bootstrap node, discv5's own) and ${PEER_PING_SECONDS} s (peers).`,
  ]);
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
}, 200_000);

test(
  "pinned, the record is byte-identical all the time, and new peers join at every stage; unpinned, it drifts",
  async () => {
    const record = await pinned.serves();
    expect(await pinned.published()).toBe(record);
    const announced = await unpinned.announced();
    const started = Date.now();
    const minutes = () => (Date.now() - started) / 60_000;
    let [looks, stage] = [0, 1];
    let drifted: number | undefined;
    const others = new Set<string>();
    while (minutes() < MINUTES) {
      const live = await pinned.serves();
      if (live !== record) others.add(live);
      looks += 1;
      const control = await unpinned.serves();
      if (drifted === undefined && decodeEnr(control).ip !== announced) drifted = minutes();
      if (minutes() >= (stage * MINUTES) / STAGES) {
        const pings = await pinned.pingsFromPod();
        expect(pings).toBeGreaterThanOrEqual(VOTES);
        await pinned.replacePeers();
        evidence.add(
          `new peers after ${Math.round(minutes())} min`,
          `all ${PEERS} joined through the published record; ${pings} pings had come from the pod's address before`,
        );
        stage += 1;
      }
      await sleep(LOOK_MS);
    }
    expect([...others]).toEqual([]);
    expect(await pinned.published()).toBe(record);
    expect(await pinned.events("EnrDrift")).toEqual([]);
    evidence.add(
      "pinned",
      `ENR byte-identical each of the ${looks} times it was looked at, over ${Math.round(minutes())} min`,
    );
    const control =
      drifted === undefined ? "did not drift" : `drifted to the pod's address after ${drifted.toFixed(1)} min`;
    evidence.add("control: without `pinEnr`", `the record ${control}`);
    expect(drifted).toBeDefined();
  },
  (MINUTES + 15) * 60_000,
);
