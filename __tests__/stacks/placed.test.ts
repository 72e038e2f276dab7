import type { Problem } from "../../constructs/kubernetes/problem";
import { listOf, Placed, problemsAt, propsOf } from "../../stacks/placed";

const values = new Placed<{ a: { timeout: string; hosts: string[]; port: number; note?: string } }>({
  a: { timeout: "5", hosts: ["x", "y"], port: 1, note: undefined },
});
const a = values.at("a");
const [x, y] = a.at("hosts").each() as [Placed<string>, Placed<string>];
const props = propsOf(a.path, {
  timeoutMs: a.at("timeout").as(Number),
  target: a.at("hosts").as(hosts => ({ hosts, port: a.value.port }), { port: a.at("port") }),
  order: listOf(a.path, [y, x]),
  note: a.at("note").as(String),
});

test("props are made of what stands in the values; what is not given stays out", () => {
  expect(props.value).toEqual({
    timeoutMs: 5,
    target: { hosts: ["x", "y"], port: 1 },
    order: ["y", "x"],
    note: undefined,
  });
});

test.each([
  [["timeoutMs"], ["a", "timeout"]],
  [["target"], ["a", "hosts"]],
  [
    ["target", 1],
    ["a", "hosts", 1],
  ],
  [
    ["target", "port"],
    ["a", "port"],
  ],
  [
    ["order", 0],
    ["a", "hosts", 1],
  ],
  [["order"], ["a"]],
  [[], ["a"]],
])("what is wrong at %j is at %j of the values", (inProps, inValues) => {
  expect(props.place(inProps)).toEqual(inValues);
});

test("a remedy names the keys of the values, and other things by their words", () => {
  const wrong: Problem = {
    path: ["timeoutMs"],
    message: "5 is short",
    remedy: called => `raise ${called("timeoutMs")}, or use ${called("Target.far()")}`,
  };
  expect(problemsAt(props, () => [wrong], { "Target.far()": "far: {}" })).toEqual([
    { path: ["a", "timeout"], message: "5 is short", remedy: "raise timeout, or use far: {}" },
  ]);
});
