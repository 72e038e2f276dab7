import { setTimeout as sleep } from "node:timers/promises";
import { decodeEnr } from "../../../constructs/p2p/enr";
import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { deleteNamespaces } from "../driver/kubectl";
import { SOAK_PINNED, SOAK_UNPINNED } from "./examples";
import { loadStandin, P2pNetwork } from "./network";

/** A record drifts when peers have seen another address for a while: this looks for as long as `SOAK_MINUTES` says. */
const MINUTES = Number(process.env.SOAK_MINUTES);
const STAGES = 4;
const LOOK_MS = 5000;

const { peers: PEERS, pings } = SOAK_PINNED;
const { bootSeconds: BOOT_PING_SECONDS, peerSeconds: PEER_PING_SECONDS } = pings;

const pinned = new P2pNetwork(SOAK_PINNED);
const unpinned = new P2pNetwork(SOAK_UNPINNED);
const evidence = new Evidence(`The ENR of a bootstrap node over ${MINUTES} minutes`);

beforeAll(async () => {
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
  await loadStandin();
  await Promise.all([pinned.deploy(), unpinned.deploy()]);
}, 400_000);

afterAll(async () => {
  await evidence.write([
    `Bootstrap node and peers are real discv5 nodes with Aztec 4.1.2's options, in a stand-in for its image (\`__tests__/cluster/p2p/standin\`), ${DEPLOYED}: the \`local\` environment.`,
    `${PEERS} idle peers, which only ping; ping rounds of ${BOOT_PING_SECONDS} s (bootstrap node) and ${PEER_PING_SECONDS} s (peers, discv5's own).`,
  ]);
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
}, 200_000);

test(
  "pinned, the record is byte-identical all the time, and new peers join at every stage; unpinned, it drifts",
  async () => {
    await Promise.all([pinned.connected(PEERS), unpinned.connected(PEERS)]);
    const record = await pinned.live();
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
        await pinned.replacePeers(PEERS);
        evidence.add(
          `new peers after ${Math.round(minutes())} min`,
          `all ${PEERS} joined through the published record`,
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
