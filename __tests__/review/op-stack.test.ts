import { join } from "node:path";
import { rendered } from "../../cli/manifests";
import type { StackManifests } from "../../manifests/objects";
import { compare } from "../../review/change";
import { consequencesOf } from "../../review/consequences";
import { lossesOf } from "../../review/losses";
import { loadEnvironments } from "../../values/load/load";

const EXAMPLES = join(__dirname, "..", "..", "examples", "sequencer");

/** The manifests of an example's sequencer, with other values. */
function render(name: string, ...set: string[]): StackManifests {
  const [stack] = rendered(loadEnvironments({ dir: EXAMPLES, names: [name], set }), ([sequencer]) => sequencer);
  return stack?.manifests as StackManifests;
}

const NAMESPACE = "sequencer.namespace=seq-op-stack";
const SINGLE = render("op-stack-single", NAMESPACE);
const THREE = render("op-stack", "sequencer.ha.conductor.founding=command");
const FOUND_THEMSELVES = render("op-stack");

const lost = (before: StackManifests, after: StackManifests) => lossesOf([compare("seq", before, after)]);

test("three members of a single sequencer are founded as something else, and keep its data", () => {
  expect(lost(SINGLE, THREE)).toMatchObject([
    {
      rule: "members",
      loses: "what the sequencer was founded as: single 1 becomes conductor",
      remedy: expect.stringContaining("docs/runbooks/op-stack-single-to-ha.md"),
    },
  ]);
});

test("a single sequencer of three members keeps its data, and not the raft", () => {
  expect(lost(THREE, SINGLE)).toMatchObject([
    { rule: "data", loses: "conductor, raft's directory: claim data:/raft → no container" },
    { rule: "members", loses: "what the sequencer was founded as: conductor becomes single 1" },
    { rule: "mesh-trust" },
  ]);
});

test.each([
  ["of a single sequencer", SINGLE, ["members", "founding"]],
  ["that waited for the command", THREE, ["founding"]],
])("the rule founding stops a change by which empty members %s could found a raft", (_, before, rules) => {
  const losses = lost(before, FOUND_THEMSELVES);
  expect(losses.map(({ rule }) => rule)).toEqual(rules);
  expect(losses.at(-1)?.remedy).toMatch(/^put founding: command below sequencer\.ha\.conductor/);
});

test("members that found themselves may wait for the command from now on", () => {
  expect(lost(FOUND_THEMSELVES, THREE)).toEqual([]);
});

test("nobody makes blocks while a single sequencer restarts", () => {
  const image = "sequencer.software.opStack.images.node=registry.example.org/op-node:v1.16.6";
  const { changes } = compare("seq", SINGLE, render("op-stack-single", NAMESPACE, image));
  expect(changes.flatMap(consequencesOf)).toEqual(["restarts seq-0", "meanwhile there are no blocks"]);
});
