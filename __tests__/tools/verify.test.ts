import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Digests } from "../../tools/verify/digest";
import { missing } from "../../tools/verify/install";
import type { Result } from "../../tools/verify/jest";
import { Records } from "../../tools/verify/record";
import { clash, schedule } from "../../tools/verify/schedule";
import { type Options, verify, type World } from "../../tools/verify/verify";
import { SUITES, type Suite } from "../cluster/suites";

const root = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every test file of the cluster is a suite, once", () => {
  const files = readdirSync(join(root, "__tests__/cluster"), { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .map(file => file.slice(0, -".test.ts".length));
  expect(SUITES.map(({ name }) => name).sort()).toEqual(files.sort());
});

test("tests that always run are there: each pattern finds one by each of its parts", () => {
  for (const { name, always } of SUITES) {
    const text = readFileSync(join(root, `__tests__/cluster/${name}.test.ts`), "utf8");
    const titles = [...text.matchAll(/\btest\(\s*(["'`])(.*?)\1,/g)].map(([, , title = ""]) => title);
    for (const part of always?.split("|") ?? []) {
      expect({ part, titles: titles.filter(title => new RegExp(part).test(title)).length }).not.toEqual({
        part,
        titles: 0,
      });
    }
  }
});

const suite = (name: string, more: Partial<Suite> = {}): Suite => ({ name, on: "nodes", load: "waits", ...more });
const cuts = suite("cuts", { harms: "nodes" });
const stops = suite("stops", { harms: "api" });
const asks = suite("asks", { on: "api", load: "works" });
const local = suite("local", { on: "machine", load: "works" });
const measures = suite("measures", { load: "measures" });
const loads = suite("loads", { images: ["node"] });

test.each([
  { one: cuts, other: suite("pods"), expected: true },
  { one: cuts, other: asks, expected: false },
  { one: stops, other: asks, expected: true },
  { one: stops, other: local, expected: false },
  { one: measures, other: local, expected: true },
  { one: measures, other: suite("pods"), expected: false },
  { one: measures, other: suite("other", { load: "measures" }), expected: true },
  { one: asks, other: local, expected: false },
  { one: loads, other: suite("again", { images: ["haproxy", "node"] }), expected: true },
  { one: loads, other: suite("others", { images: ["haproxy"] }), expected: false },
  { one: loads, other: suite("runs", { on: "machine", images: ["node"] }), expected: false },
])("$one.name and $other.name clash: $expected", ({ one, other, expected }) => {
  expect([clash(one, other), clash(other, one)]).toEqual([expected, expected]);
});

test("suites run beside each other, but for those that clash, and all of them run", async () => {
  const [running, seen] = [new Set<Suite>(), new Set<string>()];
  const suites = [cuts, asks, stops, measures, local, suite("pods")];
  await schedule(suites, async one => {
    for (const other of running) {
      expect(clash(one, other)).toBe(false);
      seen.add(`${other.name} ${one.name}`);
    }
    running.add(one);
    await new Promise(resolve => setImmediate(resolve));
    running.delete(one);
  });
  expect(seen).toContain("cuts asks");
});

test("no more suites work at once than there are processors; those that wait do not count", async () => {
  const suites = ["a", "b", "c", "d"].map(name => suite(name, { on: "machine", load: "works" }));
  let [most, working] = [0, 0];
  const ended: string[] = [];
  await schedule(
    [...suites, suite("pods")],
    async one => {
      if (one.load === "works") most = Math.max(most, ++working);
      await new Promise(resolve => setImmediate(resolve));
      if (one.load === "works") working--;
      ended.push(one.name);
    },
    2,
  );
  expect(most).toBe(2);
  expect(ended.slice(0, 3).sort()).toEqual(["a", "b", "pods"]);
  expect(ended).toHaveLength(5);
});

/** A run of these suites, in a world in which those named fail; what was said and which tests ran. */
async function run(
  suites: readonly Suite[],
  options: Partial<Options>,
  {
    digests = async () => ({ code: "1" }),
    red = [],
    missing = {},
    file = "records.json",
    interrupted = new AbortController().signal,
  }: {
    digests?: (suite: Suite) => Promise<Digests>;
    red?: readonly string[];
    missing?: Readonly<Record<string, string>>;
    file?: string;
    interrupted?: AbortSignal;
  } = {},
) {
  const [said, ran, mended]: [string[], (readonly [string, string | undefined])[], string[]] = [[], [], []];
  const records = new Records(join(folder, file));
  const world: World = {
    digests,
    records,
    run: async ({ name }, pattern): Promise<Result> => {
      ran.push([name, pattern]);
      const green = !red.includes(name);
      return { passed: green ? 3 : 2, failed: green ? 0 : 1, seconds: 7, output: "", green };
    },
    missing: async ({ name }) => missing[name],
    mend: async () => void mended.push("mended"),
    say: text => void said.push(text),
    interrupted,
  };
  const green = await verify(suites, { rounds: 1, ...options }, world);
  return { green, said: said.join("\n"), ran, mended, records };
}

test("a green run is recorded, and then skipped by name until an input moves", async () => {
  const date = new Date().toISOString().slice(0, 10);
  const first = await run([suite("a")], { changed: true, record: true });
  expect(first.records.of("a")).toEqual({ date, ran: "3 tests, 1 round, 7 s", digests: { code: "1" } });
  expect(first.said).toContain("runs a: no green run is recorded");

  const second = await run([suite("a"), suite("b")], { changed: true });
  expect(second.ran).toEqual([["b", undefined]]);
  expect(second.said).toMatch(`skipped a: unchanged since ${date}\n`);
  expect(second.said).toMatch(/\nTest Suites: 1 skipped, 1 passed, 2 total\nTests: {7}3 passed, 3 total$/);

  const third = await run([suite("a")], { changed: true }, { digests: async () => ({ code: "2", node: "20" }) });
  expect(third.said).toContain(`runs a: changed since ${date}: code, node\n`);
  expect((await run([suite("a")], {})).ran).toEqual([["a", undefined]]);
});

test("of an unchanged suite the tests that always run do, and record nothing", async () => {
  const always = suite("always", { always: "^first" });
  const file = "always.json";
  await run([always], { record: true, rounds: 10 }, { file });
  const { ran, records } = await run([always], { changed: true, record: true }, { file });
  expect(ran).toEqual([["always", "^first"]]);
  expect(records.of("always")?.ran).toBe("3 tests, 10 rounds, 7 s");
});

test.each([
  ["without --record", {}, {}],
  ["that failed", { record: true }, { red: ["cuts"] }],
  ["whose inputs changed meanwhile", { record: true }, { digests: counting() }],
  ["that was interrupted", { record: true }, { interrupted: AbortSignal.abort() }],
])("a run %s is not recorded", async (_, options, world) => {
  const { records } = await run([cuts], options, { file: "none.json", ...world });
  expect(records.of("cuts")).toBeUndefined();
  expect(existsSync(join(folder, "none.json"))).toBe(false);
});

/** Digests that are others each time. */
function counting(): () => Promise<Digests> {
  let asked = 0;
  return async () => ({ code: `${asked++}` });
}

test("a suite that fails fails the run, which goes on; what it may have taken away is given back", async () => {
  const { green, said, ran, mended } = await run([cuts, suite("after")], {}, { red: ["cuts"], file: "none.json" });
  expect({ green, ran, mended }).toEqual({
    green: false,
    ran: [
      ["cuts", undefined],
      ["after", undefined],
    ],
    mended: ["mended"],
  });
  expect(said).toMatch(/Test Suites: 1 failed, 1 passed, 2 total\nTests: {7}1 failed, 5 passed, 6 total$/);
});

test("a suite whose software cannot be had here is skipped by name, with the reason, and fails nothing", async () => {
  const missing = { real: "there is no compiler" };
  const { green, said, ran } = await run([suite("real"), suite("after")], {}, { missing, file: "none.json" });
  expect({ green, ran }).toEqual({ green: true, ran: [["after", undefined]] });
  expect(said).toContain("skipped real: there is no compiler\n");
  expect(said).toMatch(/Test Suites: 1 skipped, 1 passed, 2 total/);
});

test("the script's own words say why software cannot be had; another failure is not taken for it", async () => {
  const script = (text: string) => {
    const path = join(folder, "install.sh");
    writeFileSync(path, text);
    return { installs: path, env: { LINE: "3.4" } };
  };
  expect(await missing(script("echo first >&2; echo no compiler here >&2; exit 69"))).toBe("no compiler here");
  expect(await missing(script("echo broken >&2; exit 1"))).toBeUndefined();
  expect(await missing(script("echo /cache/aztec"))).toBeUndefined();
  expect(await missing(script('echo "no line $LINE here" >&2; exit 69'))).toBe("no line 3.4 here");
  expect(await missing({})).toBeUndefined();
});
