import { durationOf, durationProblems, milliseconds } from "../../../constructs/kubernetes/duration";

test.each([
  ["200ms", 200],
  ["5s", 5000],
  ["10m", 600_000],
  ["1h", 3_600_000],
])("%s is %d milliseconds", (text, ms) => {
  expect(milliseconds(text)).toBe(ms);
});

test.each(["", "5", "0s", "-5s", "1.5s", "5 s", "5d"])("%j is no duration", text => {
  expect(milliseconds(text)).toBeNaN();
  expect(durationProblems([["wait"], text], [["other"], undefined])).toEqual([
    { path: ["wait"], message: `"${text}" is no time above 0`, remedy: "use one such as 200ms, 5s, 10m or 1h" },
  ]);
});

test("is written with the unit that needs no fraction", () => {
  expect([durationOf(5000), durationOf(500)]).toEqual(["5s", "500ms"]);
});
