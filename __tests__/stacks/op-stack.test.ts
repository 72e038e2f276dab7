import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findingsOf } from "../../stacks/app";
import { loadEnvironments } from "../../values/load/load";

const EXAMPLES = "examples/sequencer";

/** Path, message and remedy of what is wrong with an example that has some values set over it. */
const errors = (name: string, ...set: string[]) => errorsIn(EXAMPLES, name, ...set);

const errorsIn = (dir: string, name: string, ...set: string[]) =>
  loadEnvironments({ dir, names: [name], set })
    .flatMap(findingsOf)
    .map(({ path, message, remedy }) => `${path}: ${message} → ${remedy}`);

test.each(["op-stack", "op-stack-single"])("the example %s has no errors", name => {
  expect(errors(name)).toEqual([]);
});

describe("a packed file", () => {
  const dir = mkdtempSync(join(tmpdir(), "packed-"));
  cpSync(EXAMPLES, dir, { recursive: true });
  afterAll(() => rmSync(dir, { recursive: true }));
  const packed = "sequencer.genesis.file=genesis.json.gz";
  const write = (bytes: Buffer) => writeFileSync(join(dir, "genesis.json.gz"), bytes);

  test("is read as what is in it", () => {
    write(gzipSync(readFileSync(join(dir, "op-stack-genesis.json"))));
    expect(errorsIn(dir, "op-stack", packed)).toEqual([]);
  });

  test.each([
    ["is not packed", Buffer.from("{}"), "cannot be unpacked (incorrect header check)"],
    ["has more in it than is read", gzipSync(Buffer.alloc(17 * 2 ** 20)), "at most 16 MiB are read"],
  ])("fails where it %s", (_, bytes, message) => {
    write(bytes);
    expect(() => errorsIn(dir, "op-stack", packed)).toThrow(message);
  });
});

test("the genesis may be a ConfigMap, or a URL with its hash", () => {
  const sha256 = "5e".repeat(32);
  const genesis = (value: string) => errors("op-stack", `sequencer.genesis=${value}`);
  expect(genesis("{configMap: chain}")).toEqual([]);
  expect(genesis(`{url: "https://files.example.com/genesis.json", sha256: "${sha256}"}`)).toEqual([]);
  expect(genesis(`{url: "http://files/genesis.json", sha256: "${sha256}"}`)).toEqual([
    'sequencer.genesis.url: "http://files/genesis.json" has no full host name: NetworkPolicies need to know where it ' +
      "leads → write <service>.<namespace>.svc for a Service, or the whole name",
  ]);
});

test("fails for ev-node with a genesis at a URL", () => {
  const set = `sequencer.genesis={url: "https://files.example.com/genesis.json", sha256: "${"5e".repeat(32)}"}`;
  expect(errors("raft-3", set)).toEqual([
    "sequencer.genesis.url: only an OP Stack chain's genesis is fetched → use genesis.file",
  ]);
});

const SNAPSHOT = "sequencer.software.opStack.snapshot";

/** The example with other words of software.opStack, and with no genesis. */
const REGISTRY = ["sequencer.genesis=null", "sequencer.software.opStack.rollup=null", "sequencer.blockTime=2s"];

test("a chain of the superchain registry is named instead of two files", () => {
  expect(errors("op-stack", ...REGISTRY, "sequencer.software.opStack.network=op-sepolia")).toEqual([]);
});

test.each([
  [
    "no chain",
    REGISTRY,
    "sequencer.software.opStack.network: no chain is named, and there are no files of one → name a chain of the " +
      "superchain registry, or give rollup and genesis",
  ],
  [
    "a chain twice",
    ["sequencer.software.opStack.network=op-sepolia"],
    'sequencer.software.opStack.network: "op-sepolia" is a chain of the superchain registry, and there is rollup and ' +
      "genesis as well → keep the name, or the two files",
  ],
  ["no genesis", ["sequencer.genesis=null"], "sequencer.genesis: missing beside rollup → name a chain"],
])("fails for an OP Stack chain with %s", (_, set, message) => {
  expect(errors("op-stack", ...set).join("\n")).toContain(message);
});

test("a snapshot may be named, and a bad one is an error at its place", () => {
  const snapshot = (url: string) => errors("op-stack", `${SNAPSHOT}={url: "${url}", sha256: "${"5e".repeat(32)}"}`);
  expect(snapshot("https://files.example.com/data.tar.gz")).toEqual([]);
  expect(snapshot("https://files.example.com/data.zip").join()).toContain(`${SNAPSHOT}.format: "https://files`);
  expect(() => snapshot("https://a:b@files.example.com/data.tar")).toThrow("must not carry credentials");
});

test("fails for ev-node without a genesis", () => {
  expect(errors("raft-3", "sequencer.genesis=null")).toEqual([
    "sequencer.genesis: missing: ev-node does not start without → name its file",
  ]);
});

test.each([
  [
    "a DA",
    ["sequencer.da={endpoints: [http://da.da.svc:7980], namespace: a}"],
    "sequencer.da: an OP Stack chain has no DA here",
  ],
  [
    "another block time",
    ["sequencer.blockTime=2s"],
    "sequencer.blockTime: 2000 ms, and the chain makes a block every 1 s → use 1s",
  ],
  [
    "files that are swapped",
    ["sequencer.software.opStack.rollup.file=op-stack-genesis.json"],
    "sequencer.software.opStack.rollup.file: is no rollup.json: genesis.l2.hash is missing",
  ],
  ["another signer's address", [`sequencer.signerAddress="${"1".repeat(64)}"`], "sequencer.signerAddress: "],
])("fails for an OP Stack chain with %s", (_, set, message) => {
  expect(errors("op-stack", ...set).join("\n")).toContain(message);
});

const DA = "sequencer.da={endpoints: [http://da.da.svc:7980], namespace: a}";
const PEER = "16Uiu2HAmQrq4L3i5QRuxaXbhDhbPb7bbydpi7wSEKpFkU3CZyk6e";
const OTHER_PEER = "16Uiu2HAkvaHFRhcpQWCHX9PfZkdeoEGjUGZxoBSUqWPPhnGNsk2r";

test.each([
  [
    "under ev-node's raft",
    "op-stack-single",
    ["sequencer.ha={raft: {members: 3, mesh: plain}}"],
    "sequencer.ha: an OP Stack chain fails over by op-conductor alone → use ha.conductor, or ha.single",
  ],
  [
    "as a pair with a Lease",
    "op-stack-single",
    ["sequencer.ha={lease: {}}"],
    "sequencer.ha: an OP Stack chain fails over by op-conductor alone → use ha.conductor, or ha.single",
  ],
  [
    "under op-conductor without its image",
    "op-stack",
    ["sequencer.software.opStack.images.conductor=null"],
    "sequencer.software.opStack.images.conductor: missing → name an image of op-conductor",
  ],
  [
    "whose members found their raft, although it has blocks",
    "op-stack",
    [...REGISTRY, "sequencer.software.opStack.network=op-sepolia", "sequencer.ha.conductor.founding=members"],
    'sequencer.ha.conductor.founding: "members", and the chain op-sepolia has blocks → leave it out: the command ' +
      '"sequencer found" founds the raft',
  ],
  [
    "alone, with two peer ids",
    "op-stack-single",
    [`sequencer.nodeKeys.peerIds=[${PEER}, ${OTHER_PEER}]`],
    "sequencer.nodeKeys.peerIds: 2 peer ids for 1 member → give one per member, in the order of the pods: " +
      "rollup-network keys op-stack --members 1",
  ],
  [
    "alone, with a DA",
    "op-stack-single",
    [DA],
    "sequencer.da: an OP Stack chain has no DA here → name its L1 at software.opStack.l1",
  ],
  [
    "alone, with an image of op-conductor",
    "op-stack-single",
    ["sequencer.software.opStack.images.conductor=registry.example.org/op-conductor:v1.16.5"],
    "sequencer.software.opStack.images.conductor: a single sequencer has no op-conductor " +
      "→ leave it out, or use ha.conductor",
  ],
])("fails for an OP Stack chain %s", (_, name, set, message) => {
  expect(errors(name, ...set)).toEqual([message]);
});
