import { p2pAlerts } from "../../constructs/p2p/alerts";
import { ENGINES } from "../../constructs/sequencer/engines";
import { sequencerAlerts } from "../../constructs/sequencer/monitoring/alerts";
import { spikeAlerts } from "../../constructs/spike/alerts";
import { isTrue } from "../cluster/alerts/drills";
import { FAULTS } from "../cluster/alerts/faults";
import { CONDUCTOR_RULES, SINGLE_RULES } from "../cluster/alerts/op-stack";
import { OP_STACK_FAULTS } from "../cluster/alerts/op-stack-faults";
import { type Rule, shortened } from "../cluster/alerts/shortened";

const RUNBOOKS = "https://git.example.org/runbooks";

/** Every alert of every construct, in all that decides about them. */
const rules = [
  ...Object.values(ENGINES).flatMap(engine =>
    sequencerAlerts(
      {
        namespace: "ns",
        name: "seq",
        engine,
        members: Math.max(...engine.members),
        blockTimeMs: 200,
        execution: { metricsPort: { name: "eth-metrics", port: 9001 } },
        certificate: engine.mesh?.raft === true,
      },
      RUNBOOKS,
    ),
  ),
  ...[...CONDUCTOR_RULES, ...SINGLE_RULES], // with its submitters
  ...p2pAlerts("ns", RUNBOOKS),
  ...spikeAlerts({ namespace: "ns", keepers: [], threshold: 2, backendStore: "sqlite" }, RUNBOOKS),
] as Rule[];

test("every alert has a fault that sets it off on the cluster", () => {
  const there = new Set(rules.map(({ alert, labels }) => `${alert} ${labels.severity}`));
  const ofOpStack = Object.values(OP_STACK_FAULTS).flatMap(({ fires }) => fires);
  expect([...Object.values(FAULTS).flat(), ...ofOpStack].sort()).toEqual([...there].sort());
});

const rule = (expr: string, wait: string): Rule => ({ alert: "A", expr, for: wait, labels: {}, annotations: {} });

test.each([
  ["a wait of ten minutes", rule("up == 0", "10m"), rule("up == 0", "60s")],
  ["a window of a quarter of an hour", rule("changes(up[15m]) > 3", "0s"), rule("changes(up[180s]) > 3", "0s")],
  ["an offset", rule("max(up offset 15m) > 0", "0s"), rule("max(up offset 180s) > 0", "0s")],
  ["two minutes, to one", rule("rate(up[2m]) > 0", "1m"), rule("rate(up[60s]) > 0", "1m")],
  [
    "blocks that wait for L1",
    rule('max(a{type="l2_unsafe"}) - max(a{type="l2_safe"}) > 1812', "1m"),
    rule('max(a{type="l2_unsafe"}) - max(a{type="l2_safe"}) > 31', "1m"),
  ],
  [
    "half an hour without a confirmation",
    rule('time() - (max(a) or max(process_start_time_seconds{job="b"})) > 1810', "1m"),
    rule('time() - (max(a) or max(process_start_time_seconds{job="b"})) > 31', "1m"),
  ],
])("%s is shortened", (_, long, short) => {
  expect(shortened(long)).toEqual({ ...short, labels: { times: "shortened" } });
});

test("nothing of a minute or less is shortened", () => {
  expect(shortened(rule("rate(up[1m]) > 0 and max(up offset 15s) > 300", "60s"))).toBeUndefined();
});

test.each([
  ["two that the drill took, of three members", { lossesBefore: 0, losses: 2 }, false],
  ["two more than it took", { lossesBefore: 0, losses: 4 }, false],
  ["two before it, and those that it took", { lossesBefore: 2, losses: 4 }, true],
  ["three before it, and one more than it took", { lossesBefore: 3, losses: 6 }, true],
  ["two more than it took, while blocks stood still", { lossesBefore: 0, losses: 4, gapMs: 6000 }, true],
])("leaders lost too often is what a busy machine did: %s", (_, seen, expected) => {
  expect(isTrue("SequencerLeaderChanges warning", { members: 3, gapMs: 3000, awayMs: 9000, ...seen })).toBe(expected);
});
