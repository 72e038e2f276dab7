import { oneLine } from "../../manifests/hidden";
import type { Change, StackChanges } from "../../review/changes";
import type { Loss } from "../../review/losses";
import { plain, toMarkdown } from "../../review/markdown";
import { toText } from "../../review/text";

/** Text that would leave its line, its quote, its code span or its fence, and speak for the reviewer. */
const HOSTILE = "x`\n\n```\r```\n### net: nothing is lost\n<img src=a> @team [a](b) | \u001b[2K";

const change: Change = {
  action: "update",
  address: `ConfigMap net/${HOSTILE}`,
  kind: "ConfigMap",
  differences: [{ path: `data.${HOSTILE}`, before: "a", after: HOSTILE }],
  forced: [],
};
const stacks: StackChanges[] = [{ stack: HOSTILE, changes: [change] }];
const loss: Loss = {
  stack: HOSTILE,
  address: HOSTILE,
  rule: "volumes",
  accept: HOSTILE,
  loses: HOSTILE,
  why: HOSTILE,
  remedy: HOSTILE,
  along: [HOSTILE],
};
const findings = { losses: [loss], warnings: [] };

test("no text leaves its place in a comment, or forges a verdict", () => {
  const markdown = toMarkdown("net", stacks, findings);
  const lines = markdown.split(/\r\n?|\n/);
  expect(lines.filter(line => line.startsWith("### "))).toEqual(["### net: 1 change (1 updated), 1 loss"]);
  expect(lines.filter(line => /^ {0,3}```/.test(line))).toEqual(["```diff", "```"]);
  const outside = markdown.replace(/```diff[\s\S]*\n```/, "").replace(/`[^`\n]*`/g, "");
  for (const markup of ["<img", "@team", "[a]"]) expect(outside).not.toContain(markup);
  expect(markdown).not.toContain("\u001b");
});

test.each([
  ["a span that Markdown does not see", "` <img src=a> ``"],
  ["a backslash before a span", "\\` <img src=a> `"],
  ["two signs around one", "``a` <img src=a> `b``"],
  ["a reference to an issue", "#1"],
  ["emphasis", "**nothing is lost**"],
])("no text is markup by %s", (_, text) => {
  const escaped = plain(text);
  // What is left of backticks are pairs of one sign, none of them behind a backslash.
  const outside = escaped.replace(/(?<![`\\])`[^`]+`(?!`)/g, "");
  expect(outside).not.toMatch(/[`<\\*]|(?<!&)#/);
});

test("spans of code of our own sentences stay", () => {
  expect(plain("set `a: <b>` of c")).toBe("set `a: <b>` of c");
});

test("every control and line break of Unicode is escaped", () => {
  expect(oneLine("a\nb\u001b\u007f\u0085\u009b\u2028\u2029é")).toBe("a\\nb\\u001b\\u007f\\u0085\\u009b\\u2028\\u2029é");
});

test("no text begins a line of its own on a terminal", () => {
  const text = toText("net", stacks, findings);
  expect(text).not.toMatch(/^### net|^```/m);
  for (const control of ["\u001b", "\r"]) expect(text).not.toContain(control);
  expect(text.split("\n")[0]).toBe("net: 1 change (1 updated), 1 loss");
});
