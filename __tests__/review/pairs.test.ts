import { join } from "node:path";
import { render } from "../../cli/manifests";
import type { StackManifests } from "../../manifests/objects";
import { compare } from "../../review/change";
import { findingsOf } from "../../review/losses";
import { loadEnvironments } from "../../values/load/load";
import { chainPairs } from "./pairs/chain";
import { dataPairs } from "./pairs/data";
import { type Base, Draft, type Pair } from "./pairs/draft";
import { enrPairs } from "./pairs/enr";
import { keyPairs } from "./pairs/keys";
import { netPairs } from "./pairs/nets";
import { respell } from "./pairs/respelled";

const ROOT = join(__dirname, "..", "..");
/** Folder, environment and section of what is changed. */
const BASES: Readonly<Record<Base, readonly [folder: string, environment: string, section: string]>> = {
  boot: ["values", "devnet", "p2p"],
  public: ["values", "staging", "p2p"],
  reserved: ["values", "mainnet", "p2p"],
  raft: ["values", "devnet", "sequencer"],
  five: ["examples/sequencer", "raft-5", "sequencer"],
  lease: ["examples/sequencer", "lease", "sequencer"],
  opStack: ["examples/sequencer", "op-stack", "sequencer"],
  opStackSingle: ["examples/sequencer", "op-stack-single", "sequencer"],
  spike: ["examples/spike", "spike", "spike"],
};

const rendered = new Map<string, StackManifests>();
beforeAll(() => {
  for (const [folder, name, section] of Object.values(BASES)) {
    if (rendered.has(`${name}-${section}`)) continue;
    const environments = loadEnvironments({ dir: join(ROOT, folder), names: [name], set: [] });
    for (const { id, manifests } of render(environments)) rendered.set(id, manifests);
  }
}, 60_000);

/** What is said of a change of an environment's manifests. */
function said({ base, prepare, edit }: Pair) {
  const [, name, section] = BASES[base];
  const before = new Draft(rendered.get(`${name}-${section}`) as StackManifests);
  prepare?.(before);
  const after = new Draft(before);
  edit(after);
  return findingsOf([compare("net", new Draft(before), new Draft(after))]);
}

const table: readonly (readonly [string, readonly Pair[]])[] = [
  ["where data lie", dataPairs],
  ["which chain", chainPairs],
  ["what an ENR rests on", enrPairs],
  ["keys and trust", keyPairs],
  ["safety nets", netPairs],
];

describe.each(table)("%s", (_, pairs) => {
  test.each(pairs.map(pair => [pair.change, pair] as const))("%s", (_, pair) => {
    const { losses, warnings } = said(pair);
    expect({ lost: losses.map(({ rule }) => rule), warned: warnings.map(({ rule }) => rule) }).toEqual({
      lost: pair.lost ?? [],
      warned: pair.warned ?? [],
    });
    if (pair.says) expect([...losses, ...warnings].map(({ loses }) => loses).join("\n")).toMatch(pair.says);
  });
});

test.each(Object.keys(BASES) as Base[])("nothing is said of %s as it is", base => {
  expect(said({ change: "none", base, edit: () => undefined })).toEqual({ losses: [], warnings: [] });
});

test.each(Object.keys(BASES) as Base[])("%s in other words is no change, and nothing is said of it", base => {
  const [, name, section] = BASES[base];
  const before = new Draft(rendered.get(`${name}-${section}`) as StackManifests);
  const after = new Draft(before);
  respell(after);
  expect(after).not.toEqual(before);
  const changes = compare("net", before, after);
  expect(changes.changes).toEqual([]);
  expect(findingsOf([changes])).toEqual({ losses: [], warnings: [] });
});
