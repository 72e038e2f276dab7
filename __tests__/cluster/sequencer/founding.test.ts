import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { CHAINS } from "../../constructs/sequencer/conductor/founding/chains";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import { LoopbackNetwork, programs, VOTERS } from "./opstack/loopback";

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

test("three members that start with the files found themselves, without a call, and one makes blocks", async () => {
  const network = await LoopbackNetwork.create(mkdtempSync(join(root, "network-")));
  try {
    const chain = await network.chain();
    await network.startNodes(chain);
    network.startConductors(raftFiles(VOTERS, genesisBlock(readGenesis(chain.genesis)).payload));
    await until("every member has a block", 60, async () => Math.min(...(await network.heights())) > 2, 0.1);
    // With heartbeats of 250 ms a busy machine has elections between two looks, in which nobody leads.
    await until("one member leads", 30, async () => (await network.leaders()).length === 1, 0.1);
    expect(new Set(await network.hashes(2)).size).toBe(1);
  } finally {
    await network.stop();
  }
}, 900_000);
