import { createHash } from "node:crypto";
import { genesisBlock } from "../../../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../../../constructs/sequencer/conductor/founding/raft-files";
import { CHAINS } from "./chains";

/**
 * What op-geth 1.101604.0, hashicorp/raft 1.7.3 and raft-boltdb 2.3.1 make of these chains: `opstack-files found`, of
 * the cluster tests, which compares every byte.
 */
const OF_THE_LIBRARIES = {
  "isthmus, accounts with code and storage": {
    chain: "isthmus",
    hash: "0x96593f31758ac05c98cb61c28b1d268289856afc839e9a200bef3405bf7331a9",
    log: "159957e53b67e5d00b83be2d696b556041981b44fe28a102d2836e6c164b6ac0",
    stable: "8f5d78b68fa4b10bbb09a9af329dbcdb4f0975d70a89d2a775d5123a5c295b94",
  },
  "ecotone, without any account": {
    chain: "ecotone",
    hash: "0x939d7e2996391c7e0642f47f86d14253ed97e37d8310a3723f9bd30776ad9fd0",
    log: "5bd399dea5ad5cd2e8b09be5c7332b533eea3a96f2520f37ce642135a46399c2",
    stable: "8f5d78b68fa4b10bbb09a9af329dbcdb4f0975d70a89d2a775d5123a5c295b94",
  },
} as const;

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const voters = (domain: string) => [0, 1, 2].map(i => ({ id: `seq-${i}`, address: `seq-${i}.${domain}:50050` }));
const HEADLESS = "seq-headless.rollup.svc.cluster.local";

test.each(Object.entries(OF_THE_LIBRARIES))("%s: hash and raft files are the libraries' own", (_, made) => {
  const { hash, payload } = genesisBlock(readGenesis(CHAINS[made.chain]));
  expect(hash).toBe(made.hash);
  const files = raftFiles(voters(HEADLESS), payload);
  expect(digest(files["raft-log.db"])).toBe(made.log);
  expect(digest(files["raft-stable.db"])).toBe(made.stable);
});

test("small entries are kept inline, without a page, as in bbolt", () => {
  const { payload } = genesisBlock(readGenesis(CHAINS.ecotone));
  expect(digest(raftFiles(voters("h"), payload)["raft-log.db"])).toBe(
    "b4d6e41f1e5c00614fabbc37627f3de9c273686d57ad225669f0c745eb7de743",
  );
});

test("the files are the same in every run and pack into a ConfigMap many times over", () => {
  const { payload } = genesisBlock(readGenesis(CHAINS.isthmus));
  const [one, two] = [raftFiles(voters(HEADLESS), payload), raftFiles(voters(HEADLESS), payload)];
  expect(one).toEqual(two);
  expect(one["raft-log.db"].length + one["raft-stable.db"].length).toBe(65_536);
});

test.each([
  [
    "a number that JSON cannot hold",
    { gasLimit: 2 ** 60 },
    "gasLimit is 1152921504606847000, which is no whole number",
  ],
  ["a text that is no number", { timestamp: "soon" }, 'timestamp is "soon", which is no whole number'],
  ["hex of another length", { mixHash: `0x${"00".repeat(33)}` }, "which is not hex of 32 bytes"],
  ["an account that is none", { alloc: { "0x12": 1 } }, "alloc.0x12 is no JSON object"],
])("fails for %s", (_, change, message) => {
  const text = JSON.stringify({ ...JSON.parse(CHAINS.ecotone), ...change });
  expect(() => readGenesis(text)).toThrow(message);
});
