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
    { path: ["wait"], message: `"${text}" is not a time above 0 such as 200ms, 5s, 10m or 1h` },
  ]);
});

test("fails for what no wait is", () => {
  expect(durationProblems([["wait"], "25h"], [["window"], "25h", "720h"])).toEqual([
    { path: ["wait"], message: '"25h" is more than 24h', remedy: "use 24h or less" },
  ]);
  expect(durationProblems([["wait"], "99999999999999999999h"])).toHaveLength(1);
});

test("is written with the unit that needs no fraction", () => {
  expect([durationOf(5000), durationOf(500)]).toEqual(["5s", "500ms"]);
});
