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

test("the example has no errors", () => {
  expect(errors("op-stack")).toEqual([]);
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
