import { decodeEnr } from "../../../constructs/p2p/enr";
import { driver } from "../driver/driver";
import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { ENR_PINNED, ENR_UNPINNED } from "./examples";
import { loadStandin, P2pNetwork } from "./network";

const { peers: PEERS, pings } = ENR_PINNED;
const { bootSeconds: BOOT_PING_SECONDS, peerSeconds: PEER_PING_SECONDS } = pings;

const pinned = new P2pNetwork(ENR_PINNED);
const unpinned = new P2pNetwork(ENR_UNPINNED);

let record: string;

beforeAll(async () => {
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
  await loadStandin();
  await Promise.all([pinned.deploy(), unpinned.deploy()]);
}, 400_000);

afterAll(async () => {
  await evidence.write([
    `Bootstrap node and peers are real discv5 nodes with Aztec 4.1.2's options, ` +
      `in a stand-in for its image (\`__tests__/cluster/p2p/standin\`), ${DEPLOYED}: the \`local\` environment.`,
    "The first delete comes between the pings of peers that have just begun: an idle peer whose ping meets the dead " +
      "node does not ask it again, pinned or not, while peers that look for others do.",
    `${PEERS} idle peers, which only ping; ping rounds shortened from 300 s to ${BOOT_PING_SECONDS} s (bootstrap ` +
      `node) and ${PEER_PING_SECONDS} s (peers).`,
  ]);
  await deleteNamespaces(pinned.namespace, unpinned.namespace);
}, 200_000);

const evidence = new Evidence("The ENR of a bootstrap node behind a ClusterIP");
const since = (start: number) => Math.round((Date.now() - start) / 1000);
const identical = async (step: string, more = "") => {
  expect(await pinned.serves()).toBe(record);
  evidence.add(step, `ENR byte-identical${more}`);
};

test("the record is published once, at the Service's address, and nodes that waited for it join", async () => {
  await Promise.all([pinned.connected(PEERS), unpinned.connected(PEERS)]);
  record = await pinned.live();
  expect(await pinned.published()).toBe(record);
  expect(decodeEnr(record)).toMatchObject({ ip: await pinned.announced(), udp: 40400 });
  expect(await pinned.events("EnrPublished")).toHaveLength(1);
  expect(await pinned.metric("rollup_network_enr_matches_published")).toBe(1);
  evidence.add("deployed", `published once, at the address of its Service; ${PEERS} peers joined through it`);
}, 150_000);

test("unpinned, 24 idle peers vote the record to the pod's address, and the agent says so", async () => {
  const started = Date.now();
  const drifted = await until("the record drifts", 4 * BOOT_PING_SECONDS, async () => {
    const { ip } = decodeEnr(await unpinned.live());
    return ip !== (await unpinned.announced()) && ip;
  });
  const driftSeconds = since(started);
  expect(drifted).toBe((await unpinned.pod("boot")).status.podIP);
  await until(
    "the agent's metric says so",
    60,
    async () => (await unpinned.metric("rollup_network_enr_matches_published")) === 0,
  );
  expect((await unpinned.events("EnrDrift")).join()).toContain(drifted);
  expect(decodeEnr((await unpinned.published()) as string).ip).toBe(await unpinned.announced());
  evidence.add(
    "control: without `pinEnr`",
    `the record drifted to the pod's address ${driftSeconds} s after the peers had joined; metric and Event say so`,
  );
}, 300_000);

test("pinned, it is byte-identical after three ping rounds, although peers saw the pod's address", async () => {
  const podIp = (await pinned.pod("boot")).status.podIP;
  const pingsFromPod = (rounds: number) =>
    until(
      `${rounds} rounds of pings from the pod's address`,
      (rounds + 2) * BOOT_PING_SECONDS,
      async () => {
        const seen = (await pinned.peers()).flatMap(({ requestsFrom }) =>
          Object.entries(requestsFrom).filter(([from]) => from.startsWith(`${podIp}:`)),
        );
        return seen.reduce((sum, [, requests]) => sum + requests, 0) >= rounds * PEERS;
      },
      5,
    );
  await pingsFromPod(3);
  expect(await pinned.events("EnrDrift")).toEqual([]);
  await identical(
    "three ping rounds",
    `, although the peers were pinged from the pod's address at least ${3 * PEERS} times`,
  );
}, 400_000);

/** A deleted pod serves again after 3 s on a quiet machine. */
const RESTART_SECONDS = 40;

/**
 * A moment in which no peer pings within the next seconds: one whose ping meets a dead bootstrap node does not ask it
 * again. Peers begin anew for it, together: what a busy machine made of the first ones' pings, lost ones too, leaves no
 * such moment.
 */
const betweenPings = async () => {
  await pinned.replacePeers(PEERS);
  await until("a moment between the peers' pings", 2 * PEER_PING_SECONDS, async () =>
    (await pinned.peers()).every(
      ({ answeredMsAgo }) => answeredMsAgo !== null && answeredMsAgo < (PEER_PING_SECONDS - RESTART_SECONDS) * 1000,
    ),
  );
};

test("after the pod is deleted it is byte-identical, and all peers are back within one ping round", async () => {
  await betweenPings();
  const before = (await pinned.pod("boot")).metadata.uid;
  const started = Date.now();
  await kubectl(["-n", pinned.namespace, "delete", "pod", "boot-0", "--wait=false"]);
  await until(
    "a new pod",
    120,
    async () => (await pinned.pod("boot"))?.metadata.uid !== before && (await pinned.pod("boot"))?.status.podIP,
  );
  await pinned.serves();
  const served = since(started);
  await pinned.connected(PEERS);
  const seconds = since(started);
  await identical(
    "pod deleted",
    `; served again after ${served} s, all ${PEERS} peers connected again after ${seconds} s`,
  );
  expect(seconds).toBeLessThan(PEER_PING_SECONDS + 15);
}, 400_000);

test("after a forced delete it is byte-identical", async () => {
  await kubectl(["-n", pinned.namespace, "delete", "pod", "boot-0", "--force", "--grace-period=0"]);
  await pinned.serves();
  const started = Date.now();
  const back = await until("a ping round later", 2 * PEER_PING_SECONDS, async () => {
    const { length } = await pinned.routingTable();
    return (length === PEERS || since(started) > PEER_PING_SECONDS + 15) && { length };
  });
  await identical(
    "pod deleted by force, at any moment",
    `; ${back.length} of ${PEERS} peers connected again within one ping round`,
  );
}, 400_000);

test("after a changed ConfigMap has rolled the pod it is byte-identical", async () => {
  const before = (await pinned.pod("boot")).metadata.uid;
  await pinned.change(objects =>
    JSON.parse(JSON.stringify(objects), (key, value) => {
      if (key === "start-node.sh") return `${value}# changed\n`;
      return key === "cdktf-rollup-network/scripts-checksum" ? "changed" : value;
    }),
  );
  expect((await pinned.pod("boot")).metadata.uid).not.toBe(before);
  await identical("a changed ConfigMap of scripts rolled the pods");
}, 300_000);

test("after its StatefulSet was deleted without its pod, and applied again, record and pod are the same", async () => {
  await pinned.change(objects => objects); // as it was before the ConfigMap was changed
  const before = (await pinned.pod("boot")).metadata.uid;
  await kubectl(["-n", pinned.namespace, "delete", "statefulset/boot", "--cascade=orphan"]);
  await pinned.deploy();
  expect((await pinned.pod("boot")).metadata.uid).toBe(before);
  await identical("its StatefulSet deleted with `--cascade=orphan` and applied again", "; its pod went on");
}, 200_000);

test("after all workloads were deleted and applied again it is byte-identical, and new nodes join", async () => {
  await kubectl([
    "-n",
    pinned.namespace,
    "delete",
    "statefulset/boot",
    "deployment/full",
    "--cascade=foreground",
    "--wait",
  ]);
  await pinned.deploy();
  await pinned.replacePeers(PEERS);
  await identical("all workloads deleted, and everything applied again", `; ${PEERS} new peers joined`);
}, 400_000);

test("while there is no bootstrap node, running nodes go on", async () => {
  const running = async () => {
    const { metadata, status } = await pinned.pod("full");
    const [{ ready, restartCount }] = status.containerStatuses;
    return { uid: metadata.uid, ready, restartCount };
  };
  const before = await running();
  const scale = (replicas: number) =>
    kubectl(["-n", pinned.namespace, "scale", "statefulset/boot", `--replicas=${replicas}`]);
  await scale(0);
  try {
    await until("a node's ping stays without an answer", 3 * PEER_PING_SECONDS, async () =>
      (await pinned.peers()).some(({ answeredMsAgo }) => (answeredMsAgo ?? 0) > (PEER_PING_SECONDS + 5) * 1000),
    );
    expect(await running()).toEqual(before);
  } finally {
    await scale(1);
  }
  await identical(
    "no bootstrap node for longer than a ping round, then back",
    "; running nodes stayed ready, without a restart",
  );
}, 600_000);

test("after its node was cut off and came back it is byte-identical, and new peers join", async () => {
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
  await pinned.serves();
  expect(await pinned.published()).toBe(record);
  await pinned.replacePeers(PEERS);
  await identical(
    "its node cut off until NotReady, and back",
    `; ${PEERS} new peers joined through the published record`,
  );
}, 600_000);
