import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sectionNames } from "../../values/schema/sections";

const outdir = mkdtempSync(join(tmpdir(), "sections-"));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Constants that the schema of the values shares with the constructs. */
const CONSTANTS = [
  "/sequencer/lease/protocol.ts",
  "/sequencer/member/ev-node-words.ts",
  "/sequencer/software/op-stack/registry.ts",
];

/** The sections whose constructs or stacks are loaded to synthesize these environments. */
function loaded(dir: string, names?: readonly string[]): string[] {
  const script = `
    require("./tools/ts.cjs");
    const { loadEnvironments } = require("./values/load/load");
    const { synthesize } = require("./stacks/app");
    const environments = loadEnvironments(${JSON.stringify({ dir, names })});
    synthesize(environments, () => undefined, { outdir: ${JSON.stringify(outdir)} });
    process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
  const files: string[] = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  const ofSection = (file: string, name: string) =>
    new RegExp(`/(constructs|stacks)/${name}/`).test(file) && !CONSTANTS.some(path => file.endsWith(path));
  return sectionNames.filter(name => files.some(file => ofSection(file, name)));
}

test.each([
  ["p2p", "values", ["local"]],
  ["sequencer", "examples/sequencer", ["raft-3", "lease", "single"]],
  ["spike", "examples/spike", undefined],
])("of environments that have the section %s, its code alone is loaded", (section, dir, names) => {
  expect(loaded(dir, names)).toEqual([section]);
});
