import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createBootstrapIdentity, decodeEnr } from "../../../constructs/p2p/enr";
import type { Example } from "../driver/example";
import { until } from "../driver/kubectl";
import { AZTEC_IMAGE, aztecExample, NETWORK, REGISTRY, SERVING, SOFTWARE, UNPINNED } from "./examples";
import { chain, NETWORK_NAME, network, onNetwork, proving } from "./known";
import type { Room } from "./room";
import { Rooms } from "./rooms";

/**
 * The real Aztec node under what is rendered for it, without a cluster: the start script, the command, the environment
 * and the volumes of each role, with a read-only root, and a real L1 with the real rollup contracts beside it.
 */
jest.setTimeout(600_000);

const rooms = new Rooms();
afterAll(() => rooms.remove());

const identityAt = (ip: string) => ({ ip, ...createBootstrapIdentity({ l1ChainId: 31337, ip, port: 40400 }) });
const own = identityAt("10.96.7.7");

/** A bootstrap node with a key that was made in advance. */
const knownBoot = (example: Example, { privateKey } = own) =>
  rooms.of(example, "boot", { secrets: { "boot-keys": { "boot-0": privateKey } } });

test("the L1 has Aztec's contracts where the values say", () => {
  const { registryAddress } = JSON.parse(readFileSync(join(rooms.root, "l1", "addresses.json"), "utf8"));
  expect(registryAddress).toBe(REGISTRY.toLowerCase());
});

describe("a bootstrap node", () => {
  afterEach(() => rooms.leave());

  const [generated, unpinned] = [aztecExample(SOFTWARE), aztecExample(UNPINNED)];
  const serves = (boot: Room, child: ChildProcess) =>
    boot.until(child, "the bootstrap node serves", () => boot.ask<string>("bootstrap_getEncodedEnr"));

  test("announces its Service, is ready, ends in time, and serves the same ENR again", async () => {
    const boot = rooms.of(generated, "boot");
    const first = boot.start("node");
    const enr = await serves(boot, first);
    const { ip, udp } = decodeEnr(enr);
    expect(boot.services).toContain(ip);
    expect(udp).toBe(40400);
    expect(await boot.passes("node", "startupProbe")).toBe(true);
    expect(await boot.passes("node", "readinessProbe")).toBe(true);
    expect(await boot.stop(first)).toBeLessThan(60);
    expect(await serves(boot, boot.start("node"))).toBe(enr);
  });

  const VOTES = "/usr/src/yarn-project/node_modules/@aztec/p2p/dest/votes.mjs";
  const votes = async (example: Example, over: Readonly<Record<string, string>> = {}) => {
    const program = { [VOTES]: join(__dirname, "..", "..", "aztec", "votes.mjs") };
    return rooms.of(example, "boot", { over: { ...program, ...over } }).run("node", ["node", VOTES]);
  };

  test("pinned, the discv5 that the node loads takes no votes; unpinned, it does", async () => {
    expect((await votes(generated)).output).toContain("votes: false");
    expect((await votes(unpinned)).output).toContain("votes: true");
  });

  test("pinned, it does not start where it loads another copy of discv5 than the one that is pinned", async () => {
    const modules = "/usr/src/yarn-project/node_modules";
    const own = `${modules}/@aztec/p2p/node_modules/@nethermindeth/discv5`;
    const copy = join(rooms.root, modules, "@nethermindeth", "discv5");
    const { code, output } = await votes(generated, { [own]: copy });
    expect(code).not.toBe(0);
    expect(output).toContain(`loads @nethermindeth/discv5 from file://${own}/`);
  });

  test("pinned, it does not start where discv5 is not where the package knows it", async () => {
    const boot = rooms.of(generated, "boot", { env: { PIN_ENR_MODULE: "/usr/src/elsewhere.js" } });
    const { code, output } = await boot.run("node");
    expect(code).not.toBe(0);
    expect(output).toContain("fatal: cannot pin the ENR");
  });
});

describe("a chain", () => {
  const example = chain(own.enr);
  const LOG_LEVEL = "verbose"; // the verifier's own output, too
  const nodes = {} as Record<(typeof SERVING)[number], Room>;
  let boot: Room;
  beforeAll(async () => {
    // So few ports that the nodes' own connections, 33 before they listen, would take 40400 if it were not reserved.
    const localPorts = [40400, 40463] as const;
    for (const role of SERVING) nodes[role] = rooms.of(example, role, { env: { LOG_LEVEL }, localPorts });
    boot = knownBoot(example);
    await Promise.all([rooms.startL1(), boot.ready()]);
  });
  afterAll(() => rooms.leave());

  test("has a bootstrap node with the key of `keys bootstrap`, and what its ENR announces", async () => {
    const { nodeId, ip, udp } = decodeEnr(await boot.ask<string>("bootstrap_getEncodedEnr"));
    expect({ nodeId, ip, udp }).toEqual({ nodeId: own.nodeId, ip: own.ip, udp: 40400 });
  });

  test(`has nodes of the roles ${SERVING.join(", ")} become ready, with their admin API locked`, async () => {
    const logs = SERVING.map(async role => {
      await nodes[role].ready();
      return nodes[role].logged(/admin API listening/);
    });
    for (const log of await Promise.all(logs)) expect(log).not.toContain("ADMIN API KEY");
  });

  test("has the verifier come to a verdict of its own on a proof", async () => {
    const { rpc } = nodes;
    const sent = await rpc.run("node", ["node", "/usr/src/yarn-project/send-proof.mjs", "http://127.0.0.1:8080"]);
    expect(sent.output).toContain("Invalid proof");
    // The node says the same when the verifier cannot work: only bb's own lines tell the two apart.
    const log = await rpc.logged(/Failed to verify Chonk proof for tx \w+: Error: Failed to verify Chonk proof for /);
    expect(log).toContain("Ultra Verifier sumcheck_verified: false");
    expect(log).toContain("BB out - verified: 0");
  });
});

describe("a proving stack", () => {
  const example = proving(own.enr);
  const stack = {} as Record<"prover" | "queue" | "agents", Room>;
  beforeAll(async () => {
    const secrets = { publisher: { privateKey: FUNDED } };
    stack.queue = rooms.of(example, "queue");
    // Its chain has no epoch to cut into jobs: to ask the broker at all it takes jobs itself, by the same client.
    stack.prover = rooms.of(example, "prover", { secrets, env: { ...ACVM, PROVER_AGENT_COUNT: "1" } });
    stack.agents = rooms.of(example, "agents", { env: ACVM });
    await Promise.all([rooms.startL1(), stack.queue.ready()]);
  });
  afterAll(() => rooms.leave());

  /** Leaves a job that nobody can do with the broker, and returns what it was told of it. */
  async function toldOf(epochNumber: number): Promise<string | undefined> {
    const job = { id: `${epochNumber}:PARITY_BASE:none`, type: 0, epochNumber, inputsUri: "data:,nothing" };
    await stack.queue.ask("proverBroker_enqueueProvingJob", job);
    return until(`job ${job.id} has ended`, 60, async () => {
      const status = await stack.queue.ask<JobStatus>("proverBroker_getProvingJobStatus", job.id);
      return status.status === "rejected" && status.reason;
    });
  }

  test("has a prover node become ready, take a job from the broker, say how it ended, and end in time", async () => {
    const child = await stack.prover.ready();
    expect(await toldOf(1)).toBe("Failed to load proof inputs");
    expect(await stack.prover.stop(child)).toBeLessThan(60);
  });

  test("has agents become ready, take a job from the broker, and say how it ended", async () => {
    await stack.agents.ready();
    expect(await toldOf(2)).toBe("Failed to load proof inputs");
  });
});

interface JobStatus {
  readonly status: string;
  readonly reason?: string;
}

/** Provers and agents refuse to start without the native ACVM. No registry has it: another file is in its place. */
const ACVM = { ACVM_BINARY_PATH: "/usr/bin/true" };

/** A key of anvil's own accounts, which have ether. */
const FUNDED = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("a network whose configuration is served", () => {
  const theirs = identityAt("10.96.8.8");
  const joined = onNetwork(own.enr);
  afterAll(() => rooms.leave());

  test("has an environment's bootstrap node and node learn the network's bootnodes beside their own", async () => {
    const entry = { bootnodes: [theirs.enr], snapshots: [], registryAddress: REGISTRY, l1ChainId: 31337 };
    const served = JSON.stringify({ [NETWORK_NAME]: entry });
    await rooms.room(configServer(served), "config").ready("config");
    const [them, boot, full] = [knownBoot(network(theirs.enr), theirs), knownBoot(joined), rooms.of(joined, "full")];
    await Promise.all([rooms.startL1(), them.ready(), boot.ready()]);
    await full.ready();
    const known = async (of: Room) =>
      (await of.ask<string[]>("bootstrap_getRoutingTable")).map(enr => decodeEnr(enr).nodeId);
    expect(await known(boot)).toContain(theirs.nodeId);
    const { nodeId } = decodeEnr(await full.ask<string>("p2p_getEncodedEnr"));
    await until("the network's bootnode knows the node", 60, async () => (await known(them)).includes(nodeId));
    await until("its own bootnode knows the node", 60, async () => (await known(boot)).includes(nodeId));
  });
});

/** Serves the configuration of networks. */
function configServer(served: string) {
  const [name, labels] = ["config", { app: "config" }];
  const metadata = { name, namespace: NETWORK.namespace, labels };
  const program = "require('http').createServer((_, response) => response.end(process.env.SERVED)).listen(8000)";
  const container = {
    name,
    image: AZTEC_IMAGE,
    command: ["node", "-e", program],
    env: [{ name: "SERVED", value: served }],
    readinessProbe: { httpGet: { path: "/", port: 8000 } },
  };
  return [
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port: 8000 }] } },
    { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container] } },
  ];
}
