import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { type RaftFiles, raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { foundingPayload } from "../../../constructs/sequencer/software/op-stack/chain";
import type { OpStackGenesis } from "../../../constructs/sequencer/software/op-stack/op-stack";
import { CHAINS } from "../../constructs/sequencer/conductor/founding/chains";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import type { Membership } from "./opstack/agents";
import type { TestChain } from "./opstack/chain";
import { withPredeploys } from "./opstack/large-genesis";
import { call, LoopbackNetwork, port, programs, VOTERS } from "./opstack/loopback";
import { RenderedMember, withGenesis } from "./opstack/rendered";

const root = mkdtempSync(join(tmpdir(), "founding-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each(Object.entries(CHAINS))(
  "%s: every byte is as op-geth, hashicorp/raft and bbolt write it",
  async (name, text) => {
    const file = join(root, `${name}.json`);
    writeFileSync(file, text);
    const theirs = mkdtempSync(join(root, "theirs-"));
    const voters = VOTERS.map(({ id, address }) => `${id}=${address}`);
    const { stdout } = await run([join(await programs(), "opstack-files"), "found", file, theirs, ...voters]);
    const { hash, payload } = genesisBlock(readGenesis(text));
    expect({ hash, payload: `0x${payload.toString("hex")}` }).toEqual(
      expect.objectContaining({ hash: JSON.parse(stdout).hash, payload: JSON.parse(stdout).payload }),
    );
    for (const [name, bytes] of Object.entries(raftFiles(VOTERS, payload))) {
      expect(bytes.equals(readFileSync(join(theirs, name)))).toBe(true);
    }
  },
  900_000,
);

test("hashicorp/raft reads what was written: the voters, and the genesis block in term 1", async () => {
  const folder = mkdtempSync(join(root, "ours-"));
  const { hash, payload } = genesisBlock(readGenesis(CHAINS.isthmus));
  for (const [name, bytes] of Object.entries(raftFiles(VOTERS, payload))) writeFileSync(join(folder, name), bytes);
  const { stdout } = await run([join(await programs(), "opstack-files"), "read", folder]);
  expect(JSON.parse(stdout)).toEqual({
    term: 1,
    entries: [
      {
        index: 1,
        term: 1,
        type: "LogConfiguration",
        servers: VOTERS.map(({ id, address }) => ({ Suffrage: 0, ID: id, Address: address })),
      },
      { index: 2, term: 1, type: "LogCommand", number: 0, hash },
    ],
  });
}, 900_000);

describe("three members with the files", () => {
  let network: LoopbackNetwork;
  let files: RaftFiles;
  beforeAll(async () => {
    network = await LoopbackNetwork.create(mkdtempSync(join(root, "network-")));
    const chain = await network.chain();
    await network.startNodes(chain);
    files = raftFiles(VOTERS, genesisBlock(readGenesis(chain.genesis)).payload);
  }, 900_000);
  afterAll(() => network?.stop());

  test("found themselves, without a call, and one makes blocks", async () => {
    network.startConductors(files);
    await until("every member has a block", 60, async () => Math.min(...(await network.heights())) > 2, 0.1);
    // With heartbeats of 250 ms a busy machine has elections between two looks, in which nobody leads.
    await until("one member leads", 30, async () => (await network.leaders()).length === 1, 0.1);
    expect(new Set(await network.hashes(2)).size).toBe(1);
  }, 200_000);

  test("that lost their raft found it again, and go on where an operator says: no block is made twice", async () => {
    for (const i of VOTERS.keys()) await network.end(`conductor-${i}`);
    const height = Math.max(...(await network.heights()));
    const hashes = await network.hashes(height - 1);
    network.startConductors(files);
    await until("one leads", 60, async () => (await network.leaders()).length === 1, 0.1);
    // An op-conductor answers once what it is at has ended: it may be starting or stopping op-node.
    const everyone = (method: string) =>
      Promise.all(
        VOTERS.map((_, i) => until(method, 30, () => call(port(i, "conductor"), method).then(() => true), 0.1)),
      );
    await everyone("conductor_pause");
    expect(Math.max(...(await network.heights()))).toBeLessThanOrEqual(height + 1);
    await until("the leader starts", 60, async () => {
      const [leader = -1] = await network.leaders();
      const { unsafe_l2 } = await call<{ unsafe_l2: { hash: string } }>(port(leader, "node"), "optimism_syncStatus");
      await call(port(leader, "node"), "admin_startSequencer", unsafe_l2.hash);
      return true;
    });
    await until(
      "every member has new blocks",
      60,
      async () => Math.min(...(await network.heights())) > height + 3,
      0.1,
    );
    await everyone("conductor_resume");
    expect(await network.hashes(height - 1)).toEqual(hashes);
    const from = Math.max(...(await network.heights()));
    const [leader = -1] = await until("one leads", 30, async () => {
      const leaders = await network.leaders();
      return leaders.length === 1 && leaders;
    });
    await call(port(leader, "conductor"), "conductor_transferLeader");
    await until("blocks go on with another leader", 60, async () => {
      const [other] = await network.leaders();
      return other !== undefined && other !== leader && Math.min(...(await network.heights())) > from + 3;
    });
  }, 300_000);
});

const URL = "http://files.tools.svc:8080/genesis.json.gz";
const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** Serves a file, at the second time that it is asked for. */
async function serve(content: Buffer) {
  let asked = 0;
  const server = createServer((_, response) => {
    if (asked++ === 0) response.writeHead(503).end();
    else response.end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => server.close() };
}

describe("a genesis that no ConfigMap has room for as text", () => {
  let network: LoopbackNetwork;
  let folder: string;
  let chain: TestChain;
  beforeAll(async () => {
    folder = mkdtempSync(join(root, "large-"));
    network = await LoopbackNetwork.create(folder);
    chain = withPredeploys(await network.chain());
    expect(chain.genesis.length).toBeGreaterThan(2 ** 20);
  }, 900_000);
  afterAll(() => network?.stop());

  test.each<[string, (packed: Buffer) => OpStackGenesis]>([
    ["packed in the members' ConfigMap", () => ({ text: chain.genesis })],
    ["fetched from a URL", packed => ({ url: URL, sha256: sha256(packed) })],
  ])(
    "%s: the rendered script brings it, and three members found themselves on it",
    async (_, genesisOf) => {
      const packed = gzipSync(chain.genesis);
      const genesis = genesisOf(packed);
      const fetched = "url" in genesis;
      const member = new RenderedMember(mkdtempSync(join(folder, "pod-")), withGenesis(chain, genesis));
      expect(member.genesis).toBeUndefined();
      const server = await serve(packed);
      const brought = await member.bringGenesis(fetched ? { URL: server.url, RETRY_SECONDS: "0" } : {});
      server.stop();
      expect(brought).toMatchObject({ code: 0 });
      expect(brought.stderr.includes("cannot be read (see above): trying again")).toBe(fetched);
      for (const i of VOTERS.keys()) {
        await network.kill(i);
        network.wipe(i);
      }
      await network.startNodes({ ...chain, genesis: readFileSync(`${member.genesis}`, "utf8") });
      network.startConductors(raftFiles(VOTERS, foundingPayload({ genesis, rollup: chain.rollup })));
      // Followers drop blocks that are a minute old, as the first ones of this chain may be by now.
      await until("a member makes blocks", 300, async () => Math.max(...(await network.heights())) > 2, 0.1);
      expect(new Set(await network.hashes(0))).toEqual(new Set([JSON.parse(chain.rollup).genesis.l2.hash]));
      for (const i of VOTERS.keys()) {
        const { servers } = await call<Membership>(port(i, "conductor"), "conductor_clusterMembership");
        expect(servers?.map(({ id, suffrage }) => ({ id, suffrage }))).toEqual(
          VOTERS.map(({ id }) => ({ id, suffrage: 0 })),
        );
      }
    },
    900_000,
  );
});

describe("a wrong genesis", () => {
  let network: LoopbackNetwork;
  let folder: string;
  let chain: TestChain;
  let started: Promise<unknown>;
  beforeAll(async () => {
    folder = mkdtempSync(join(root, "wrong-"));
    network = await LoopbackNetwork.create(folder);
    chain = await network.chain();
  }, 900_000);
  afterAll(async () => {
    await network?.stop();
    await started;
  }, 100_000);

  test("that a URL has is not given to the execution client, and the log says why", async () => {
    const [right, served] = [gzipSync(chain.genesis), gzipSync(`${chain.genesis} `)];
    const member = new RenderedMember(join(folder, "pod"), withGenesis(chain, { url: URL, sha256: sha256(right) }));
    const server = await serve(served);
    const env = { URL: server.url, RETRY_SECONDS: "0" };
    const { code, stderr } = await member.bringGenesis(env).finally(server.stop);
    expect({ code, genesis: member.genesis }).toEqual({ code: 1, genesis: undefined });
    expect(stderr).toContain(`has the SHA-256 ${sha256(served)}, and not ${sha256(right)}.`);
  });

  test("that a ConfigMap has is refused by op-node: rollup.json has another hash", async () => {
    const member = new RenderedMember(join(folder, "pod-2"), withGenesis(chain, { configMap: "chain" }));
    const other = JSON.stringify({ ...JSON.parse(chain.genesis), gasLimit: "0x2625a00" });
    member.write("/genesis-source/genesis.json.gz", gzipSync(other));
    expect(await member.bringGenesis()).toMatchObject({ code: 0 });
    started = network.startNodes({ ...chain, genesis: readFileSync(`${member.genesis}`, "utf8") }).catch(() => {});
    const log = join(folder, "node-0.log");
    const refusal = /expected L2 genesis hash to match.*/;
    const refused = () => existsSync(log) && refusal.exec(readFileSync(log, "utf8"))?.[0];
    const line = await until("op-node refuses it", 100, async () => refused());
    expect(line).toContain(JSON.parse(chain.rollup).genesis.l2.hash);
  }, 200_000);
});
