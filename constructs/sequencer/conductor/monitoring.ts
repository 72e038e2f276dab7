import type { Rule } from "../../kubernetes/monitoring/alert";
import type { EngineMonitoring, Thresholds } from "../monitoring/engine-monitoring";
import { graph } from "../monitoring/panels";
import type { Series } from "../monitoring/series";

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
  panels: ({ job }) => [
    graph("Failed health checks, a second", "none", [
      [`sum by (pod, error) (rate(op_conductor_healthchecks_count{${job},success="false"}[1m]))`, "{{pod}} {{error}}"],
    ]),
    graph("Sequencers started, and handed over, in ten minutes", "none", [
      // Its label success is no help: op-conductor 1.16.5 does not count a start that fails.
      [increased(`op_conductor_sequencer_starts_count{${job}}`), "{{pod}} started"],
      [increased(`op_conductor_leader_transfers_count{${job}}`), "{{pod}} unhealthy, handed over"],
    ]),
    graph("Newest block: unsafe, safe, finalized", "none", [
      ...["unsafe", "safe", "finalized"].map(type => [newest({ job }, type), type] as const),
    ]),
    graph("Blocks that are not on L1", "none", [
      [`${newest({ job }, "unsafe")} - ${newest({ job }, "safe")}`, "unsafe and not safe"],
    ]),
    graph("L1 as members see it", "none", [
      [`op_node_default_refs_number{${job},layer="l1",type="l1_head"}`, "{{pod}} newest"],
      [`op_node_default_refs_number{${job},layer="l1",type="l1_derived"}`, "{{pod}} read"],
    ]),
    graph("Peers of op-node", "none", [[`op_node_default_p2p_peer_count{${job}}`, "{{pod}}"]]),
  ],
  ports: ["conductor"],
};

function active({ job }: Pick<Series, "job">): string {
  return `sum(op_node_default_sequencer_active{${job}})`;
}

const newest = ({ job }: Pick<Series, "job">, type: string) =>
  `max(op_node_default_refs_number{${job},layer="l2",type="l2_${type}"})`;

/** Rounded: Prometheus extends an increase to the ends of the window. */
const increased = (counter: string) => `sum by (pod) (round(increase(${counter}[10m])))`;

/** Conductors check once a second: a failover and the start of a member fail for some seconds. */
const FAILED_CHECKS_A_SECOND = 0.3;
/** A batch is sent within minutes, and confirmed within some more. */
const [LATE_SECONDS, TOO_LATE_SECONDS] = [1800, 3 * 3600];

function rules(series: Series, { blockTimeMs, submitters = [] }: Thresholds): Rule[] {
  const { job, leaders } = series;
  const every = submitters.find(({ component }) => component === "batcher")?.everySeconds ?? 0;
  const unsafe = newest(series, "unsafe");
  const behind = (severity: "warning" | "critical", seconds: number): Rule => [
    "SafeHeadBehind",
    severity,
    "1m",
    `${unsafe} - ${newest(series, "safe")} > ${Math.ceil(((every + seconds) * 1000) / blockTimeMs)}`,
    "{{ $value }} blocks are not on L1: past the sequencing window they are replaced by empty ones",
    "op-stack-submitters#safe-head-behind",
  ];
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
    behind("warning", LATE_SECONDS),
    behind("critical", TOO_LATE_SECONDS),
  ];
}
