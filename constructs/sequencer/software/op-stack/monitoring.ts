import type { Rule } from "../../../kubernetes/monitoring/alert";
import type { EngineMonitoring, Thresholds } from "../../monitoring/engine-monitoring";
import { graph, type Panel } from "../../monitoring/panels";
import type { Series } from "../../monitoring/series";

/** What the monitoring of OP Stack sequencers has beside what all have. */
export const OP_STACK_MONITORING = { rules, panels } satisfies Omit<EngineMonitoring, "down">;

/** Whether op-nodes make blocks, and how many. */
export function active({ job }: Pick<Series, "job">): string {
  return `sum(op_node_default_sequencer_active{${job}})`;
}

/** The newest block of a kind. */
export const newest = ({ job }: Pick<Series, "job">, type: "unsafe" | "safe" | "finalized") =>
  `max(op_node_default_refs_number{${job},layer="l2",type="l2_${type}"})`;

/** A batch is sent within minutes, and confirmed within some more. */
const [LATE_SECONDS, TOO_LATE_SECONDS] = [1800, 3 * 3600];

function rules(series: Series, { blockTimeMs, submitters = [] }: Thresholds): Rule[] {
  const every = submitters.find(({ component }) => component === "batcher")?.everySeconds ?? 0;
  const behind = (severity: "warning" | "critical", seconds: number): Rule => [
    "SafeHeadBehind",
    severity,
    "1m",
    `${newest(series, "unsafe")} - ${newest(series, "safe")} > ${Math.ceil(((every + seconds) * 1000) / blockTimeMs)}`,
    "{{ $value }} blocks are not on L1: past the sequencing window they are replaced by empty ones",
    "op-stack-submitters#safe-head-behind",
  ];
  return [behind("warning", LATE_SECONDS), behind("critical", TOO_LATE_SECONDS)];
}

function panels({ job }: Series): Panel[] {
  return [
    graph("Newest block: unsafe, safe, finalized", "none", [
      ...(["unsafe", "safe", "finalized"] as const).map(type => [newest({ job }, type), type] as const),
    ]),
    graph("Blocks that are not on L1", "none", [
      [`${newest({ job }, "unsafe")} - ${newest({ job }, "safe")}`, "unsafe and not safe"],
    ]),
    graph("L1 as members see it", "none", [
      [`op_node_default_refs_number{${job},layer="l1",type="l1_head"}`, "{{pod}} newest"],
      [`op_node_default_refs_number{${job},layer="l1",type="l1_derived"}`, "{{pod}} read"],
    ]),
    graph("Peers of op-node", "none", [[`op_node_default_p2p_peer_count{${job}}`, "{{pod}}"]]),
  ];
}
