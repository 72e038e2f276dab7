import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { type RaftFiles, raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { CHAINS } from "../../constructs/sequencer/conductor/founding/chains";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import { call, LoopbackNetwork, port, programs, VOTERS } from "./opstack/loopback";

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
    const everyone = (method: string) => Promise.all(VOTERS.map((_, i) => call(port(i, "conductor"), method)));
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
