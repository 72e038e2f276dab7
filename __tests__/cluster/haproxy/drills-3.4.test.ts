import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driver } from "../driver/driver";
import { DEPLOYED } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { EVNODE_IMAGE, haproxyVersion, loadImages, NODE_IMAGE } from "../driver/images";
import { deleteNamespaces, getJson, until } from "../driver/kubectl";
import { run } from "../driver/run";
import {
  cutNodeOff,
  elsewhere,
  expectWithin,
  expectWritten,
  killLeader,
  moveDns,
  restartAll,
  roundsOf,
  runDrill,
} from "../sequencer/drills";
import { namespacesOf } from "../sequencer/examples";
import { SequencerNetwork } from "../sequencer/network";
import { expectOneChain, runOpStackDrill } from "../sequencer/opstack/drills";
import { OpStackNetwork, PROGRAMS, throughProxy } from "../sequencer/opstack/network";
import { HAPROXY_3_4, OP_STACK_3_4, RAFT_3_4 } from "./drilled";

/** Drills of both kinds of sequencers whose members have a mesh, with the aims of `raft` and `conductor`. */
const evidence = new Evidence("Sequencers with HAProxy 3.4, and faults");

beforeAll(async () => {
  expect(await haproxyVersion()).toMatch(/^3\.4\./);
  const root = mkdtempSync(join(tmpdir(), "haproxy-"));
  try {
    await run(["sh", join(__dirname, "haproxy.sh"), join(root, "haproxy")]);
    await driver.image(HAPROXY_3_4, join(root, "haproxy"));
  } finally {
    rmSync(root, { recursive: true });
  }
  await loadImages([EVNODE_IMAGE, NODE_IMAGE]);
}, 600_000);

afterAll(async () => {
  await evidence.write([
    `The examples \`raft-3.yaml\` and \`op-stack.yaml\` of \`examples/sequencer\`, ${DEPLOYED}, with HAProxy ` +
      `${await haproxyVersion()}; the real ev-node 1.2.2, and op-conductor, op-node and op-geth.`,
    "Gap: the longest time in which no member had a new highest block. Blocks come every 200 ms from raft, and " +
      "every second from the OP Stack.",
  ]);
}, 60_000);

/** Every pod of the sequencer runs the image of the line. */
async function expectLine(namespace: string): Promise<void> {
  const { items } = await getJson("-n", namespace, "pods");
  const images = (items as PodObject[]).flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  const proxies = images.filter(image => image.startsWith("localhost/haproxy"));
  expect(proxies.length).toBeGreaterThanOrEqual(5); // three members, two proxies
  expect(new Set(proxies)).toEqual(new Set([HAPROXY_3_4]));
}

interface PodObject {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

describe("ev-node's raft", () => {
  const { namespace } = RAFT_3_4;
  let network: SequencerNetwork;

  beforeAll(async () => {
    await deleteNamespaces(...namespacesOf(namespace));
    network = await SequencerNetwork.create(RAFT_3_4);
    await network.deploy();
  }, 600_000);

  afterAll(async () => {
    await moveDns(null);
    await deleteNamespaces(...namespacesOf(namespace));
  }, 200_000);

  test("every member becomes ready, and writes through the proxy land", async () => {
    await network.ready(120);
    await expectLine(namespace);
    await network.write("greeting", "hello");
    const everywhere = async () => (await network.read("greeting")).every(value => value === "hello");
    await until("the write is on every member", 30, everywhere);
  }, 200_000);

  test(
    "the leader killed (SIGKILL)",
    async () => {
      const name = "raft: leader killed";
      const harm = (leader: Parameters<typeof killLeader>[1]) => killLeader(network, leader);
      const killed = await runDrill({ network, mode: "raft", evidence, name, windowMs: 6000, harm });
      expectWithin(killed, { p50: 800, max: 2000 });
      expectWritten(killed);
    },
    roundsOf(60) + 60_000,
  );

  test(
    "the leader's node cut off, with the cluster's DNS on it",
    async () => {
      const cutOff = await runDrill({
        network,
        mode: "raft",
        evidence,
        name: "raft: leader's node cut off, the cluster's DNS with it",
        prepare: leader => moveDns(leader.node),
        observer: elsewhere,
        harm: cutNodeOff,
      });
      expectWithin(cutOff, { p50: 2000, max: 6000 });
    },
    roundsOf(150) + 60_000,
  );

  test(
    "a rolling restart of all members",
    async () => {
      const name = "raft: rolling restart";
      const harm = () => restartAll(network);
      const restarted = await runDrill({ network, mode: "raft", evidence, name, windowMs: 3000, harm });
      expectWithin(restarted, { p50: 2000, max: 2000 });
      expectWritten(restarted);
    },
    roundsOf(200) + 120_000,
  );
});

describe("op-conductor", () => {
  const { namespace } = OP_STACK_3_4;
  let network: OpStackNetwork;

  beforeAll(async () => {
    await OpStackNetwork.remove(namespace);
    network = await OpStackNetwork.deploy(namespace, { haproxyImage: HAPROXY_3_4 });
  }, 600_000);

  afterAll(() => OpStackNetwork.remove(namespace), 200_000);

  test("three members found themselves, and the proxy leads to the leader", async () => {
    await network.settled();
    await expectLine(namespace);
    expect(JSON.parse(await throughProxy(namespace, "eth_blockNumber")).result).toMatch(/^0x/);
    expect(JSON.parse(await throughProxy(namespace, "admin_peers")).error.code).toBe(-32601);
  }, 600_000);

  test(
    "the leader killed (SIGKILL)",
    async () => {
      const harm = async ({ name }: { name: string }) => {
        await network.signal(name, "KILL", ...PROGRAMS);
        return undefined;
      };
      const killed = await runOpStackDrill({ network, evidence, name: "op-conductor: leader killed", harm });
      expectWithin(killed, { p50: 1300, max: 2500 });
    },
    roundsOf(240) + 60_000,
  );

  test(
    "op-node hung (SIGSTOP)",
    async () => {
      const harm = async ({ name }: { name: string }) => {
        await network.signal(name, "STOP", "op-node");
        return () => network.signal(name, "CONT", "op-node");
      };
      const hung = await runOpStackDrill({ network, evidence, name: "op-conductor: op-node hung", harm });
      expectWithin(hung, { p50: 4000, max: 6000 });
    },
    roundsOf(240) + 60_000,
  );

  test(
    "leadership transferred",
    async () => {
      const harm = async ({ name }: { name: string }) => {
        await network.transferLeader(name);
        return undefined;
      };
      const moved = await runOpStackDrill({ network, evidence, name: "op-conductor: leadership transferred", harm });
      expectWithin(moved, { p50: 1100, max: 1500 });
    },
    roundsOf(120) + 60_000,
  );

  test("one block per height on every member, from the first to the last", async () => {
    await network.settled();
    await expectOneChain(network);
  }, 300_000);
});
