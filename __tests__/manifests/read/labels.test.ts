import { componentOf, type LabelSelector, matches } from "../../../manifests/read/labels";

const labels = { app: "node", zone: "a" };
const expression = (operator: string, key: string, ...values: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
});

test.each<[LabelSelector | undefined, boolean]>([
  [undefined, true],
  [{}, true],
  [{ matchLabels: { app: "node" } }, true],
  [{ matchLabels: { app: "node", zone: "b" } }, false],
  [expression("In", "zone", "a", "b"), true],
  [expression("In", "zone", "b"), false],
  [expression("In", "none", "a"), false],
  [expression("NotIn", "zone", "b"), true],
  [expression("NotIn", "zone", "a"), false],
  [expression("NotIn", "none", "a"), true],
  [expression("Exists", "zone"), true],
  [expression("Exists", "none"), false],
  [expression("DoesNotExist", "none"), true],
  [expression("DoesNotExist", "zone"), false],
  [{ matchLabels: { app: "other" }, ...expression("Exists", "zone") }, false],
])("%j", (selector, expected) => {
  expect(matches(selector, labels)).toBe(expected);
});

test("the component is a label", () => {
  expect(componentOf({ "app.kubernetes.io/component": "bootstrap" })).toBe("bootstrap");
  expect(componentOf(undefined)).toBeUndefined();
});
