import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { sequencerDashboard } from "../../../constructs/sequencer/monitoring/dashboard";
import { P2P } from "./p2p";
import type { Judged, Section } from "./section";
import { base, SEQUENCER } from "./sequencer";
import { SPIKE } from "./spike";

jest.setTimeout(60_000);

/** Needs no cluster, but Prometheus' promtool, which knows what a rule does with series. */
const folder = mkdtempSync(join(tmpdir(), "alerts-"));
beforeAll(() => {
  if (spawnSync("promtool", ["--version"]).error)
    throw new Error("promtool is not on the PATH: install the package prometheus");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Rules in a file, as Prometheus reads them. */
function ruleFile(rules: readonly object[], interval: string, name: string): string {
  writeFileSync(join(folder, name), stringify({ groups: [{ name: "alerts", interval, rules }] }));
  return name;
}

const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });

/** What promtool says about a case, with this as what is to fire. */
function judge({ prefix, interval }: Section, { rules, series, at }: Judged, fires: readonly string[]) {
  const test = {
    rule_files: [ruleFile(rules, interval, "rules.yaml")],
    evaluation_interval: interval,
    tests: [
      {
        interval,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            // By their namespace they are routed.
            expr: 'group by (alertname, severity, namespace) (ALERTS{alertstate="firing"})',
            eval_time: at,
            exp_samples: fires.map(fire => {
              const [name, severity] = fire.split(" ");
              return { labels: `{alertname="${prefix}${name}",namespace="ns",severity="${severity}"}`, value: 1 };
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

describe.each(Object.entries({ sequencer: SEQUENCER, p2p: P2P, spike: SPIKE }))("%s", (_, section) => {
  test.each(Object.entries(section.forms))("the rules of %s are rules to Prometheus", (name, rules) => {
    const file = ruleFile(rules, section.interval, `${name}.yaml`);
    const args = ["check", "rules", "--lint=all", "--lint-fatal", file];
    expect(execFileSync("promtool", args, { cwd: folder, encoding: "utf8" })).toMatch(`${rules.length} rules found`);
  });

  test.each(section.cases.map(one => [one.what, one] as const))("%s", (_what, one) => {
    const { passed, said } = judge(section, one, one.fires);
    expect(passed ? "" : said).toBe("");
  });

  test("every alert fires in a case, and a case fails when it does not", () => {
    const names = new Set(
      Object.values(section.forms)
        .flat()
        .map(rule => (rule as { alert: string }).alert),
    );
    const fired = new Set(section.cases.flatMap(({ fires }) => fires).map(fire => section.prefix + fire.split(" ")[0]));
    expect([...fired].sort()).toEqual([...names].sort());
    expect(judge(section, section.cases[0] as Judged, ["Other critical"]).passed).toBe(false);
  });
});

test("the dashboard shows a minute without blocks also where no node has a height", () => {
  const { panels } = sequencerDashboard(base) as { panels: { title: string; targets: { expr: string }[] }[] };
  const [gap] = panels.find(({ title }) => title === "Seconds without blocks, of each minute")?.targets ?? [];
  const seconds = (at: string, value: number) => ({
    expr: gap?.expr,
    eval_time: at,
    exp_samples: [{ labels: "{}", value }],
  });
  const height = 'evnode_sequencer_height{job="ns/seq",pod="seq-0"}';
  const test = {
    evaluation_interval: "5s",
    tests: [
      {
        interval: "5s",
        // Five blocks a second; none for two minutes, in which nodes that start again have no height.
        input_series: [{ series: height, values: "0+25x36 stale _x22 925+25x36" }],
        promql_expr_test: [seconds("2m", 0), seconds("4m30s", 60), seconds("6m30s", 0)],
      },
    ],
  };
  writeFileSync(join(folder, "panel.yaml"), stringify(test));
  const { stdout, stderr, status } = promtool("test", "rules", "panel.yaml");
  expect(status === 0 ? "" : stdout + stderr).toBe("");
});
