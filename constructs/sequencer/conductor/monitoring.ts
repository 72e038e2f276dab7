import type { Rule } from "../../kubernetes/monitoring/alert";
import type { EngineMonitoring, Thresholds } from "../monitoring/engine-monitoring";
import { graph } from "../monitoring/panels";
import type { Series } from "../monitoring/series";
import { active, newest, OP_STACK_MONITORING } from "../software/op-stack/monitoring";

/** What the monitoring of op-conductors has beside what all have. */
export const CONDUCTOR_MONITORING: EngineMonitoring = {
  down: {
    alert: "NoQuorum",
    summary: (members, least) => `{{ $value }} of ${members} members answer, ${least} are needed for a block`,
    runbook: "no-quorum#look",
  },
  leaders: active,
  // Leaders that cannot start hand over many times a second, and proxies see several of them at once.
  leads: active,
  rules,
  panels: series => [
    graph("Failed health checks, a second", "none", [
      [
        `sum by (pod, error) (rate(op_conductor_healthchecks_count{${series.job},success="false"}[1m]))`,
        "{{pod}} {{error}}",
      ],
    ]),
    graph("Sequencers started, and handed over, in ten minutes", "none", [
      // Its label success is no help: op-conductor 1.16.5 does not count a start that fails.
      [increased(`op_conductor_sequencer_starts_count{${series.job}}`), "{{pod}} started"],
      [increased(`op_conductor_leader_transfers_count{${series.job}}`), "{{pod}} unhealthy, handed over"],
    ]),
    ...OP_STACK_MONITORING.panels(series),
  ],
  ports: ["conductor"],
};

/** Rounded: Prometheus extends an increase to the ends of the window. */
const increased = (counter: string) => `sum by (pod) (round(increase(${counter}[10m])))`;

/** Conductors check once a second: a failover and the start of a member fail for some seconds. */
const FAILED_CHECKS_A_SECOND = 0.3;

function rules(series: Series, thresholds: Thresholds): Rule[] {
  const { job, leaders } = series;
  const unsafe = newest(series, "unsafe");
  return [
    [
      "MemberUnhealthy",
      "warning",
      "1m",
      `sum by (pod) (rate(op_conductor_healthchecks_count{${job},success="false"}[1m])) > ${FAILED_CHECKS_A_SECOND}`,
      "op-conductor finds its member {{ $labels.pod }} unhealthy",
      "op-stack-leader#member-unhealthy",
    ],
    [
      // A member that comes back may be given leadership several times within seconds. A rolling restart brings back
      // one after the other, each later than the window.
      "UnhealthyLeaders",
      "warning",
      "2m",
      `sum(increase(op_conductor_leader_transfers_count{${job}}[20s])) > 0`,
      "unhealthy leaders have given way to each other for two minutes",
      "op-stack-leader#unhealthy-leaders",
    ],
    [
      "LeaderCannotStart",
      "critical",
      "30s",
      // A leader that cannot start may hand over once a second: a proxy sees none in between.
      `max(op_node_default_sequencer_active{${job}}) == 0 and on () max(max_over_time(${leaders}[30s])) > 0 ` +
        `and on () ${unsafe} <= ${unsafe.replace(/\)$/, " offset 30s)")}`,
      "there is a leader, and no op-node makes blocks: leaders cannot start their sequencers",
      "op-stack-leader#leader-cannot-start",
    ],
    [
      "ConductorDown",
      "warning",
      "1m",
      `up{${job},endpoint="conductor"} == 0`,
      "the op-conductor of {{ $labels.pod }} does not answer: its node cannot lead",
      "op-stack-leader#conductor-down",
    ],
    ...OP_STACK_MONITORING.rules(series, thresholds),
  ];
}
