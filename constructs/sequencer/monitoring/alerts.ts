import { alertsOf, type Rule } from "../../kubernetes/monitoring/alert";
import { readinessWindow } from "../member/ev-node-config";
import { daRules, dropRules, meshRules, volumeRules } from "./part-alerts";
import { seriesOf } from "./series";
import { submitterRules } from "./submitters";
import type { WatchedSequencer } from "./watched";

/** Alerts over seconds need several scrapes: one that is missed or late must not page anybody. */
export const SCRAPE_SECONDS = 5;

/** The objective of a failover is a median of 15 s, and a second is usual: a longer gap is no failover. */
const FAILOVER_SECONDS = 15;

/** The alerts of a sequencer, in Prometheus' rule format. Critical: no blocks, two writers, or either before long. */
export function sequencerAlerts(watched: WatchedSequencer, runbookBase: string): object[] {
  const { namespace, name, engine } = watched;
  const rules = [
    ...blockRules(watched),
    ...(engine.leaderCheck ? proxyRules(watched) : []),
    ...(engine.mesh && watched.members > 1 ? meshRules(watched) : []),
    ...(engine.monitoring.rules?.(seriesOf(watched), watched) ?? []),
    ...dropRules(watched),
    ...(engine.software.submits ? daRules(watched) : []),
    ...volumeRules(watched),
    ...submitterRules(watched),
  ];
  return alertsOf(rules, { prefix: "Sequencer", labels: { namespace, sequencer: name }, runbookBase });
}

function blockRules(watched: WatchedSequencer): Rule[] {
  const { engine, members, blockTimeMs, longestBlockMs = blockTimeMs, execution } = watched;
  const { job, height, membersUp } = seriesOf(watched);
  const still = `${Math.max(Math.ceil((3 * longestBlockMs) / 1000), FAILOVER_SECONDS)}s`;
  const bound = Math.ceil((readinessWindow(longestBlockMs) * 1000) / blockTimeMs);
  const node = `up{${job},endpoint="metrics"}`;
  const least = members - engine.survives(members);
  const { down } = engine.monitoring;
  return [
    [
      "NoBlocks",
      "critical",
      "0s",
      `max(${height}) <= max(${height} offset ${still}) or absent_over_time(${height.replace("}", `}[${still}]`)})`,
      `no new block for ${still}`,
      "leader-down#no-blocks",
    ],
    [down.alert, "critical", "15s", `${membersUp} < ${least}`, down.summary(members, least), down.runbook],
    ...(engine.leaderCheck
      ? ([
          [
            "MemberDown",
            "warning",
            "1m",
            `${membersUp} < ${members}`,
            `{{ $value }} of ${members} members answer`,
            "leader-down#member-down",
          ],
          [
            "MemberBehind",
            "warning",
            "1m",
            `scalar(max(${height})) - ${height} > ${bound} or on (pod) (${node} == 1 unless on (pod) ${height})`,
            `{{ $labels.pod }} is more than ${bound} blocks behind, or has none`,
            "member-data#behind",
          ],
        ] satisfies Rule[])
      : []),
    [
      "Restarts",
      "warning",
      "0s",
      `changes(process_start_time_seconds{${job},endpoint="metrics"}[15m]) > 3`,
      "the node of {{ $labels.pod }} was started {{ $value }} times in 15 minutes",
      "leader-down#restarts",
    ],
    ...(execution.metricsPort
      ? ([
          [
            "ExecutionDown",
            "warning",
            "1m",
            `up{${job},endpoint="${execution.metricsPort.name}"} == 0`,
            "the execution client of {{ $labels.pod }} does not answer",
            "member-data#execution-client",
          ],
        ] satisfies Rule[])
      : []),
  ];
}

function proxyRules(watched: WatchedSequencer): Rule[] {
  const { engine, members } = watched;
  const series = seriesOf(watched);
  const { proxy, leaders, changes } = series;
  const elsewhere = engine.monitoring.leaders;
  const holders = elsewhere ? ` or ${elsewhere(series)} > 1` : "";
  const { leads } = engine.monitoring;
  const seen = leads ? `max(${leaders}) > 1 and on () ${leads(series)} > 0` : `max(${leaders}) > 1`;
  return [
    [
      "NoLeader",
      "critical",
      "10s",
      `(max(${leaders}) or vector(0)) == 0`,
      "no proxy finds a leader",
      "leader-down#no-leader",
    ],
    [
      "TwoLeaders",
      "critical",
      "10s",
      `${seen}${holders}`,
      "{{ $value }} members say that they lead",
      "split-brain#look",
    ],
    [
      "LeaderChanges",
      "warning",
      "0s",
      `${changes} > ${members}`,
      "leadership was lost {{ $value | humanize }} times in ten minutes",
      "leader-down#leader-changes",
    ],
    [
      "ProxyDown",
      "warning",
      "1m",
      `(sum(up{${proxy}}) or vector(0)) < 2`,
      "{{ $value }} of 2 leader proxies answer",
      "leader-down#proxies",
    ],
    [
      "ProxyBlind",
      "warning",
      "1m",
      `${leaders} == 0 and on () max(${leaders}) > 0`,
      "{{ $labels.pod }} finds no leader, and the other proxy does: writes through it fail",
      "leader-down#proxies",
    ],
    [
      "WritesRefused",
      "warning",
      "1m",
      `sum by (pod) (rate(haproxy_frontend_http_responses_total{${proxy},proxy="writes",code="5xx"}[1m])) > 0`,
      "{{ $labels.pod }} answers {{ $value | humanize }} writes a second with 5xx",
      "leader-down#proxies",
    ],
  ];
}
