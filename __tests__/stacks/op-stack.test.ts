import { findingsOf } from "../../stacks/app";
import { loadEnvironments } from "../../values/load/load";

/** Path, message and remedy of what is wrong with an example that has some values set over it. */
const errors = (name: string, ...set: string[]) =>
  loadEnvironments({ dir: "examples/sequencer", names: [name], set })
    .flatMap(findingsOf)
    .map(({ path, message, remedy }) => `${path}: ${message} → ${remedy}`);

test("the example has no errors", () => {
  expect(errors("op-stack")).toEqual([]);
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
