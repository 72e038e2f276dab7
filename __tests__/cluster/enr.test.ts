import { decodeEnr } from "../../constructs";
import { driver } from "./driver";
import { deleteNamespaces, getJson, kubectl, until } from "./kubectl";
import { loadStandin, P2pNetwork } from "./p2p-network";

const IDLE_PEERS = 24;
const SEEKING_PEERS = 3;
const PEER_PING_SECONDS = 60;
/** The bootstrap node pings first: only then its packets leave from the pod's address and peers vote for it. */
const BOOT_PING_SECONDS = 45;

const settings = [
  `p2p.bootstrap[0].env.STANDIN_PING_INTERVAL_MS="${BOOT_PING_SECONDS * 1000}"`,
  `p2p.nodes[0].env.STANDIN_PING_INTERVAL_MS="${PEER_PING_SECONDS * 1000}"`,
  `p2p.nodes[0].env.STANDIN_PEERS="${IDLE_PEERS}"`,
  "p2p.nodes[0].replicas=1",
];
/** Peers that look for others, as nodes below their peer limit do; seldom enough not to keep the address translation alive. */
const seekers = `p2p.nodes[1]={name: seekers, join: [boot], env: {STANDIN_PEERS: "${SEEKING_PEERS}", STANDIN_LOOKUP_MS: "50000"}}`;
const pinned = new P2pNetwork("enr-pinned", [...settings, seekers]);
const unpinned = new P2pNetwork("enr-unpinned", [...settings, "p2p.bootstrap[0].pinEnr=false"]);

let record: string;

beforeAll(async () => {
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
  await loadStandin();
  await Promise.all([pinned.deploy(), unpinned.deploy()]);
}, 400_000);

afterAll(() => deleteNamespaces(pinned.namespace, unpinned.namespace), 200_000);

const connected = (network: P2pNetwork, peers: number) =>
  until(`${network.namespace}: ${peers} peers connected`, 120, async () => (await network.routingTable()).length === peers);

test("the record is published once, at the Service's address, and nodes that waited for it join", async () => {
  await Promise.all([connected(pinned, IDLE_PEERS + SEEKING_PEERS), connected(unpinned, IDLE_PEERS)]);
  record = await pinned.live();
  expect(await pinned.published()).toBe(record);
  expect(decodeEnr(record)).toMatchObject({ ip: await pinned.announced(), udp: 40400 });
  expect(await pinned.events("EnrPublished")).toHaveLength(1);
  expect(await pinned.metric("rollup_network_enr_matches_published")).toBe(1);
}, 150_000);

test("unpinned, 24 idle peers vote the record to the pod's address, and the agent says so", async () => {
  const drifted = await until("the record drifts", 4 * BOOT_PING_SECONDS, async () => {
    const { ip } = decodeEnr(await unpinned.live());
    return ip !== (await unpinned.announced()) && ip;
  });
  expect(drifted).toBe((await unpinned.pod("boot")).status.podIP);
  await until(
    "the agent's metric says so",
    60,
    async () => (await unpinned.metric("rollup_network_enr_matches_published")) === 0,
  );
  expect((await unpinned.events("EnrDrift")).join()).toContain(drifted);
  expect(decodeEnr((await unpinned.published()) as string).ip).toBe(await unpinned.announced());
}, 300_000);

test("pinned, it is byte-identical after three ping rounds, although peers saw the pod's address", async () => {
  const podIp = (await pinned.pod("boot")).status.podIP;
  const pingsFromPod = (rounds: number) =>
    until(
      `${rounds} rounds of pings from the pod's address`,
      (rounds + 2) * BOOT_PING_SECONDS,
      async () => {
        const seen = (await pinned.peers("full")).flatMap(({ requestsFrom }) =>
          Object.entries(requestsFrom).filter(([from]) => from.startsWith(`${podIp}:`)),
        );
        return seen.reduce((sum, [, requests]) => sum + requests, 0) >= rounds * IDLE_PEERS;
      },
      5,
    );
  await pingsFromPod(3);
  expect(await pinned.live()).toBe(record);
  expect(await pinned.events("EnrDrift")).toEqual([]);
}, 400_000);

/** Just after the peers' pings, so that the restart is over before they ping again. */
const afterAPeerRound = () =>
  until("the peers have just pinged", 2 * PEER_PING_SECONDS, async () =>
    (await pinned.peers("full")).every(({ answeredMsAgo = Infinity }) => answeredMsAgo < 15_000),
  );

test("after the pod is deleted it is byte-identical, and all peers are connected again within one ping round", async () => {
  await afterAPeerRound();
  const before = (await pinned.pod("boot")).metadata.uid;
  const started = Date.now();
  await kubectl(["-n", pinned.namespace, "delete", "pod", "boot-0", "--wait=false"]);
  await until(
    "a new pod",
    120,
    async () => (await pinned.pod("boot"))?.metadata.uid !== before && (await pinned.pod("boot"))?.status.podIP,
  );
  expect(await pinned.serves()).toBe(record);
  await connected(pinned, IDLE_PEERS + SEEKING_PEERS);
  const seconds = (Date.now() - started) / 1000;
  process.stderr.write(`  ${IDLE_PEERS + SEEKING_PEERS} peers back ${seconds.toFixed(0)} s after the delete\n`);
  expect(seconds).toBeLessThan(PEER_PING_SECONDS + 15);
}, 400_000);

test("after a forced delete it is byte-identical", async () => {
  await kubectl(["-n", pinned.namespace, "delete", "pod", "boot-0", "--force", "--grace-period=0"]);
  expect(await pinned.serves()).toBe(record);
}, 200_000);

test("after a changed ConfigMap has rolled the pod it is byte-identical", async () => {
  const before = (await pinned.pod("boot")).metadata.uid;
  const changed = JSON.parse(JSON.stringify(pinned.objects), (key, value) => {
    if (key === "start-node.sh") return `${value}# changed\n`;
    return key === "cdktf-rollup-network/scripts-checksum" ? "changed" : value;
  });
  await pinned.deploy(changed);
  expect((await pinned.pod("boot")).metadata.uid).not.toBe(before);
  expect(await pinned.serves()).toBe(record);
}, 300_000);

test("after its node was cut off and came back it is byte-identical, and peers that seek find it again", async () => {
  const { nodeName } = (await pinned.pod("boot")).spec;
  const ready = async () => {
    const { status } = await getJson(`node/${nodeName}`);
    return status.conditions.find(({ type }: { type: string }) => type === "Ready").status;
  };
  await driver.network(nodeName, "down");
  try {
    await until(`${nodeName} is not ready`, 120, async () => (await ready()) !== "True");
  } finally {
    await driver.network(nodeName, "up");
  }
  await until(`${nodeName} is ready`, 120, async () => (await ready()) === "True");
  expect(await pinned.serves()).toBe(record);
  await until("the peers that seek are connected", 3 * PEER_PING_SECONDS, async () =>
    (await pinned.peers("seekers")).every(({ answeredMsAgo = Infinity }) => answeredMsAgo < 10_000),
  );
  expect(await pinned.published()).toBe(record);
}, 600_000);
