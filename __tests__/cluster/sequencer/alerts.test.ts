import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { sequencerAlerts } from "../../../constructs/sequencer/monitoring/alerts";
import type { WatchedSequencer } from "../../../constructs/sequencer/monitoring/watched";
import { base, CASES, type Case, HEALTHY, lease, single } from "./alert-cases";

jest.setTimeout(60_000);

/** Needs no cluster, but Prometheus' promtool, which knows what a rule does with series. */
const folder = mkdtempSync(join(tmpdir(), "alerts-"));
beforeAll(() => {
  if (spawnSync("promtool", ["--version"]).error)
    throw new Error("promtool is not on the PATH: install the package prometheus");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Rules in a file, as Prometheus reads them. */
function ruleFile(watched: WatchedSequencer, name: string): string {
  writeFileSync(
    join(folder, name),
    stringify({ groups: [{ name: "seq", interval: "5s", rules: sequencerAlerts(watched) }] }),
  );
  return name;
}

const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });

/** What promtool says about a case, with this as what is to fire. */
function judge(
  { watched = base, series, at = "19m" }: Case,
  fires: readonly string[],
): { passed: boolean; said: string } {
  const values = Object.entries({ ...HEALTHY, ...series }).filter(([, value]) => value);
  const members = Array.from({ length: watched.members }, (_, ordinal) => `seq-${ordinal}`);
  const there = values.filter(([key]) => !/pod="seq-/.test(key) || members.some(pod => key.includes(`pod="${pod}"`)));
  const test = {
    rule_files: [ruleFile(watched, "rules.yaml")],
    evaluation_interval: "5s",
    tests: [
      {
        interval: "5s",
        input_series: there.map(([name, value]) => ({ series: name, values: value })),
        promql_expr_test: [
          {
            expr: 'group by (alertname, severity) (ALERTS{alertstate="firing"})',
            eval_time: at,
            exp_samples: fires.map(fire => {
              const [name, severity] = fire.split(" ");
              return { labels: `{alertname="Sequencer${name}",severity="${severity}"}`, value: 1 };
            }),
          },
        ],
      },
    ],
  };
  writeFileSync(join(folder, "test.yaml"), stringify(test));
  const { status, stdout, stderr } = promtool("test", "rules", "test.yaml");
  return { passed: status === 0, said: stdout + stderr };
}

test.each([
  ["raft", base],
  ["lease", lease],
  ["single", single],
] as const)("the rules of %s are rules to Prometheus", (name, watched) => {
  const file = ruleFile(watched, `${name}.yaml`);
  expect(
    execFileSync("promtool", ["check", "rules", "--lint=all", "--lint-fatal", file], { cwd: folder, encoding: "utf8" }),
  ).toMatch(`${sequencerAlerts(watched).length} rules found`);
});

test.each(CASES.map(one => [one.what, one] as const))("%s", (_, one) => {
  const { passed, said } = judge(one, one.fires);
  expect(passed ? "" : said).toBe("");
});

test("every alert fires in a case, and a case fails when it does not", () => {
  const names = new Set(
    [base, lease, single].flatMap(watched => sequencerAlerts(watched)).map(rule => (rule as { alert: string }).alert),
  );
  const fired = new Set(CASES.flatMap(({ fires }) => fires).map(fire => `Sequencer${fire.split(" ")[0]}`));
  expect([...fired].sort()).toEqual([...names].sort());
  expect(judge(CASES[0] as Case, ["NoLeader critical"]).passed).toBe(false);
});
