import type { Rule } from "../../kubernetes/monitoring/alert";
import { graph, type Panel } from "./panels";
import type { WatchedSequencer } from "./watched";

/** Confirmations on L1 take minutes where fees rise. */
const PATIENCE_SECONDS = 1800;

type Watched = Pick<WatchedSequencer, "namespace" | "name" | "submitters">;

/** A submitter with its names: `op_batcher` in metrics, `Batcher` in alerts. */
function named({ namespace, name, submitters = [] }: Watched) {
  return submitters.map(({ component, program, everySeconds }) => ({
    component,
    program,
    everySeconds,
    job: `job="${namespace}/${name}-${component}"`,
    metric: `${program.replace(/-/g, "_")}_default`,
    alert: component.replace(/^./, first => first.toUpperCase()),
  }));
}

/** Alerts of what takes a sequencer's blocks to another chain. */
export function submitterRules(watched: Watched): Rule[] {
  return named(watched).flatMap(({ component, program, everySeconds, job, metric, alert }): Rule[] => {
    const confirmed = `max(${metric}_txmgr_last_confirm_unix{${job},status="success"})`;
    const seconds = everySeconds + PATIENCE_SECONDS;
    return [
      [
        `${alert}Down`,
        "warning",
        "5m",
        `(sum(up{${job},endpoint="metrics"}) or vector(0)) < 1`,
        `${program} does not answer`,
        `op-stack-submitters#${component}-down`,
      ],
      [
        `${alert}Stuck`,
        "warning",
        "1m",
        `time() - (${confirmed} or max(process_start_time_seconds{${job}})) > ${seconds}`,
        `L1 has confirmed nothing of ${program} for {{ $value | humanizeDuration }}`,
        `op-stack-submitters#${component}-stuck`,
      ],
    ];
  });
}

/** What a dashboard shows of them. */
export function submitterPanels(watched: Watched): Panel[] {
  const all = named(watched);
  if (all.length === 0) return [];
  return [
    graph(
      "Submitters: seconds since the last confirmed transaction",
      "s",
      all.map(({ component, job, metric }) => [
        `time() - max(${metric}_txmgr_last_confirm_unix{${job},status="success"})`,
        component,
      ]),
    ),
    graph(
      "Submitters: balance in ether",
      "none",
      all.map(({ component, job, metric }) => [`${metric}_balance{${job}}`, component]),
    ),
    graph(
      "Submitters: transactions that wait, failed calls of L1 a second",
      "none",
      all.flatMap(({ component, job, metric }) => [
        [`${metric}_txmgr_pending_txs{${job}}`, `${component} waiting`] as const,
        [`rate(${metric}_txmgr_rpc_error_count{${job}}[5m])`, `${component} failed calls`] as const,
      ]),
    ),
  ];
}
