import {
  conflicts,
  decreases,
  distribution,
  leaderships,
  longestGap,
  type Sample,
  twoLeaders,
} from "../../../cli/drill/gaps";
import { parseSamples } from "../../cluster/sequencer/watcher";

const block = (t: number, height: number, member = "seq-0", hash = `hash of ${height}`): Sample => ({
  t,
  asked: t - 2,
  member,
  height,
  hash,
});
const says = (member: string, leader: boolean, asked: number, t: number, still?: number): Sample => ({
  t,
  asked,
  still,
  member,
  leader,
});

describe("longestGap", () => {
  const samples = [block(0, 1), block(100, 2), block(350, 3), block(400, 4)];

  test("is the longest time between two new blocks", () => {
    expect(longestGap(samples, 0, 450)).toEqual({ ms: 250, from: 100, to: 350 });
  });

  test("begins with the window: what came before is no news in it", () => {
    expect(longestGap(samples, 200, 450)).toEqual({ ms: 150, from: 200, to: 350 });
  });

  test("lasts to the window's end when nothing came any more", () => {
    expect(longestGap(samples, 0, 1000)).toEqual({ ms: 600, from: 400, to: 1000 });
    expect(longestGap([], 10, 20)).toEqual({ ms: 10, from: 10, to: 20 });
  });

  test("a member that catches up, or falls back, ends no gap", () => {
    const behind = [block(150, 1, "seq-1"), block(200, 2, "seq-1"), block(300, 1)];
    expect(longestGap([...samples, ...behind], 0, 450)).toMatchObject({ ms: 250 });
  });

  test("samples of several members need no order", () => {
    expect(longestGap([block(200, 3, "seq-1"), ...samples], 0, 400)).toEqual({ ms: 200, from: 200, to: 400 });
  });

  test("what comes after the window does not end it", () => {
    expect(longestGap(samples, 110, 300)).toEqual({ ms: 190, from: 110, to: 300 });
  });
});

describe("conflicts", () => {
  test("one block on several members is none, nor is a member without one", () => {
    const none = { ...block(0, 0, "seq-1"), hash: "" };
    expect(conflicts([block(0, 1), block(5, 1, "seq-1"), block(6, 2), none, says("seq-1", true, 1, 2)])).toEqual([]);
  });

  test("two hashes of a height, with the members that had them", () => {
    const samples = [
      block(0, 8, "seq-1"),
      block(1, 7, "seq-2", "a"),
      block(2, 7, "seq-0", "b"),
      block(3, 7, "seq-1", "a"),
    ];
    expect(conflicts(samples)).toEqual([{ height: 7, hashes: { a: ["seq-1", "seq-2"], b: ["seq-0"] } }]);
  });

  test("one member that replaces its block", () => {
    expect(
      conflicts([block(0, 10, "seq-0", "a"), block(9, 10, "seq-0", "b"), block(8, 9), block(10, 9, "seq-0", "c")]),
    ).toEqual([
      { height: 9, hashes: { "hash of 9": ["seq-0"], c: ["seq-0"] } },
      { height: 10, hashes: { a: ["seq-0"], b: ["seq-0"] } },
    ]);
  });
});

test("decreases are those below the same member's own highest", () => {
  const samples = [block(1, 5), block(2, 4, "seq-1"), block(3, 6), block(4, 5), block(5, 6), says("seq-0", true, 5, 6)];
  expect(decreases(samples)).toEqual([block(4, 5)]);
});

describe("twoLeaders", () => {
  test("a handover is none, even if nobody knows which of both it was for a while", () => {
    const samples = [
      says("seq-0", true, 0, 2),
      says("seq-1", false, 0, 2),
      says("seq-0", false, 140, 142, 100),
      says("seq-1", true, 120, 122, 80),
    ];
    expect(twoLeaders(samples)).toEqual([]);
  });

  test("both say it at one time: at least so long, and so much longer at most", () => {
    const samples = [
      says("seq-0", true, 0, 2),
      says("seq-1", false, 0, 2),
      says("seq-1", true, 120, 122, 80),
      says("seq-0", false, 340, 342, 300),
      block(900, 1),
    ];
    expect(twoLeaders(samples)).toEqual([
      { members: ["seq-0", "seq-1"], from: 122, to: 300, ms: 178, uncertaintyMs: 84 },
    ]);
  });

  test("who has not stopped leads to the last sample", () => {
    const samples = [says("seq-1", true, 100, 102, 60), says("seq-0", true, 0, 2), block(500, 1)];
    expect(twoLeaders(samples)).toMatchObject([{ from: 102, to: 500 }]);
  });

  test("a member that no longer answers no longer leads", () => {
    const gone: Sample = { t: 450, asked: 140, still: 100, member: "seq-0", kind: "leader", error: "ECONNREFUSED" };
    const other: Sample = { ...gone, t: 50, kind: "block" };
    const samples = [says("seq-0", true, 0, 2), other, gone, says("seq-1", true, 200, 202, 160), block(900, 3)];
    expect(twoLeaders(samples)).toEqual([]);
    expect(leaderships(samples)).toEqual([
      { member: "seq-0", from: 2, to: 100, earliest: 0, latest: 450 },
      { member: "seq-1", from: 202, to: 900, earliest: 160, latest: 900 },
    ]);
  });
});

describe("distribution", () => {
  test("of an odd and an even number of values", () => {
    expect(distribution([30, 10, 20])).toEqual({ n: 3, p50: 20, max: 30 });
    expect(distribution([4, 2, 3, 1])).toEqual({ n: 4, p50: 2, max: 4 });
  });

  test("gives p95 from 20 rounds on", () => {
    const values = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(distribution(values)).toEqual({ n: 20, p50: 10, p95: 19, max: 20 });
    expect(distribution(values.slice(1))).not.toHaveProperty("p95");
  });

  test("fails without values", () => {
    expect(() => distribution([])).toThrow("no values: a distribution needs at least one round");
  });
});

test("the last line of an output may still be on its way", () => {
  const sample = block(1, 1);
  expect(parseSamples(`${JSON.stringify(sample)}\n{"t":1`)).toEqual([sample]);
  expect(parseSamples("")).toEqual([]);
});
