import * as api from "../../../constructs";
import { HelmProvider } from "../../../constructs/kubernetes/framework/provider";
import {
  Construct,
  type TerraformStack,
  TerraformVariable,
  Token,
} from "../../../constructs/kubernetes/framework/terraform";
import { expectSynthError, terraformOf } from "../../../testing";
import { newStack } from "../fixtures";
import { KUBERNETES } from "./kubernetes";
import { P2P } from "./p2p";
import { SEQUENCER } from "./sequencer";
import { SPIKE } from "./spike";
import { type Case, placeOf, type Row, rowsOf, valueAt, withValue } from "./table";

const CASES = [...KUBERNETES, ...P2P, ...SEQUENCER, ...SPIKE];
const MUST = "must be known at synthesis, and is a token";
/** Their props are those of the constructs that extend them. */
const ABSTRACT = ["KubernetesConstruct", "P2pNode", "ProverWorkload", "SequencerNode"];

test("the tables have every public construct", () => {
  const constructs = Object.entries(api)
    .filter(([, each]) => typeof each === "function" && each.prototype instanceof Construct)
    .map(([name]) => name);
  const missing = constructs.filter(name => !ABSTRACT.includes(name) && !CASES.some(each => each.name === name));
  expect(missing).toEqual([]);
});

const LEFT = /TfToken\[|e\+298|unresolved-token/;

/** A token of the kind of a value, for a variable of its own. */
function tokenFor(stack: TerraformStack, i: number, verdict: Row["verdict"], value: unknown): unknown {
  const variable = new TerraformVariable(stack, `given${i}_`, { type: "string" });
  if (verdict === "list") return variable.listValue;
  if (verdict === "map") return Token.asStringMap(variable.fqn);
  if (typeof value === "number") return variable.numberValue;
  return typeof value === "boolean" ? variable.booleanValue : variable.stringValue;
}

/** For each of the props of a case: the stack with a token in every row, and the rows that the props have. */
function withTokens({ props, make }: Case, rows: readonly Row[]) {
  return props.map(each => {
    const there = rows.filter(({ path }) => valueAt(each, path) !== undefined);
    const build = () => {
      const stack = newStack();
      new HelmProvider(stack, "Helm", {});
      const tokens = there.map(({ path, verdict }, i) => tokenFor(stack, i, verdict, valueAt(each, path)));
      make(
        stack,
        there.reduce((all, { path }, i) => withValue(all, path, tokens[i]), each),
      );
      return stack;
    };
    return { there, build, placeOf: (row: Row) => placeOf(each, row.path) };
  });
}

const isBelow = (row: Row, starts: readonly string[] = []) =>
  starts.some(start => row.name === start || row.name.startsWith(`${start}.`));

describe.each(CASES.map(each => [each.name, each] as const))("%s", (_, each) => {
  const rows = rowsOf(each.table).filter(row => !isBelow(row, each.refused));
  const isWhole = ({ verdict }: Row) => verdict === "list" || verdict === "map";
  const passing = rows.filter(row => row.verdict === "passes" || (isWhole(row) && isBelow(row, each.whole)));

  test("the tables' props are all tried", () => {
    const untried = rows.filter(({ path }) => each.props.every(props => valueAt(props, path) === undefined));
    expect(untried.map(({ name }) => name)).toEqual([]);
  });

  test("what is written through is a reference in what Terraform reads", () => {
    const batches = [passing.filter(row => !isWhole(row)), ...passing.filter(isWhole).map(row => [row])];
    const missing = batches.flatMap(batch => {
      const found = new Set<Row>();
      for (const { there, build } of withTokens(each, batch)) {
        const text = JSON.stringify(terraformOf(build()));
        expect(text.match(LEFT)).toBeNull();
        there.forEach((row, i) => {
          if (text.includes(`var.given${i}_`)) found.add(row);
        });
      }
      return batch.filter(row => !found.has(row) && !isBelow(row, each.unused));
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test("what decides the shape must be known, and one error names all of it", () => {
    const known = rows.filter(row => row.verdict === "known");
    const whole = rows.filter(row => isWhole(row) && !passing.includes(row));
    // A token in place of a map hides those in it.
    const outer = whole.filter(
      row =>
        !isBelow(
          row,
          whole.filter(other => other !== row).map(({ name }) => name),
        ),
    );
    const inner = whole.filter(row => !outer.includes(row));
    for (const batch of [known, outer, ...inner.map(row => [row])]) {
      if (batch.length === 0) continue;
      const named = withTokens(each, batch).map(({ there, build, placeOf }) => {
        if (there.length === 0) return there;
        const message = expectSynthError(build, MUST);
        return there.filter(row => message.includes(`${placeOf(row)}: ${MUST}`));
      });
      const silent = withTokens(each, batch).flatMap(({ there }, i) =>
        there.filter(row => !named[i]?.includes(row) && !isBelow(row, each.sometimes)),
      );
      expect(silent.map(({ name }) => name)).toEqual([]);
    }
  });
});
