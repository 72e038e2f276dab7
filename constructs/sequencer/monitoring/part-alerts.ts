import type { Rule, Severity } from "../../kubernetes/monitoring/alert";
import { seriesOf } from "./series";
import type { WatchedSequencer } from "./watched";

/** A submission to the DA takes seconds. If five minutes of blobs wait, the DA takes none. */
const BACKLOG_MS = 300_000;

export function meshRules(watched: WatchedSequencer): Rule[] {
  const { job } = seriesOf(watched);
  const expiry = `rollup_network_mesh_certificate_expiry_timestamp_seconds{${job}}`;
  const expires = (severity: Severity, days: number): Rule => [
    "MeshCertificateExpires",
    severity,
    "10m",
    `min by (pod) (${expiry}) - time() < ${days} * 86400`,
    "the mesh certificate of {{ $labels.pod }} expires in {{ $value | humanizeDuration }}: " +
      "members will not reach each other",
    "key-rotation#mesh-certificate",
  ];
  return [
    [
      "MeshPeerUnreachable",
      "warning",
      "1m",
      `max by (pod, server) (haproxy_server_status{${job},proxy=~"(raft|p2p)-[0-9]+",state="UP"} == 0)`,
      "{{ $labels.pod }} does not reach {{ $labels.server }}",
      "leader-down#mesh",
    ],
    ...(watched.certificate
      ? [
          expires("warning", 14),
          expires("critical", 3),
          [
            "MeshCertificateDiffers",
            "warning",
            "15m",
            `max(${expiry}) != min(${expiry})`,
            "members use different mesh certificates: one has not taken the renewed one",
            "key-rotation#mesh-certificate",
          ] satisfies Rule,
        ]
      : []),
  ];
}

/**
 * Connections that time out: a policy or the network drops what is sent, where the host of a dead process refuses. A
 * member that Prometheus does not reach either is down, and has an alert of its own.
 */
export function dropRules(watched: WatchedSequencer): Rule[] {
  const { engine } = watched;
  const series = seriesOf(watched);
  const { job, proxy } = series;
  const silent = (of: string, backends: string) =>
    `max by (pod, server) (haproxy_server_check_status{${of},proxy=~"${backends}",state="L4TOUT"}) == 1`;
  const alive = `and on (server) label_replace(up{${job},endpoint="metrics"} == 1, "server", "$1", "pod", "(.+)")`;
  const drops = [
    ...(engine.mesh
      ? [`${silent(job, "(raft|p2p)-[0-9]+")} ${alive}`, silent(job, engine.software.submits ? "da" : "l1")]
      : []),
    ...(engine.leaderCheck ? [`${silent(proxy, "write")} ${alive}`] : []),
    ...(engine.monitoring.drops?.(series) ?? []),
  ];
  if (drops.length === 0) return [];
  return [
    [
      "ConnectionDropped",
      "warning",
      "1m",
      drops.join(" or "),
      "{{ $labels.pod }} hears nothing from {{ $labels.server }}, not even a refusal: is a NetworkPolicy in between?",
      "dropped-connections#sequencer",
    ],
  ];
}

export function daRules(watched: WatchedSequencer): Rule[] {
  const { engine, blockTimeMs } = watched;
  const { job, height } = seriesOf(watched);
  const included = `evnode_sequencer_da_inclusion_height{${job}}`;
  return [
    ...(engine.mesh
      ? ([
          [
            "DaUnreachable",
            "warning",
            "30s",
            `max by (pod) (haproxy_server_status{${job},proxy="da",state="UP"}) == 0`,
            "{{ $labels.pod }} reaches no DA endpoint",
            "da-outage#look",
          ],
        ] satisfies Rule[])
      : []),
    [
      "DaFailures",
      "warning",
      "10m",
      `sum by (reason) (rate(evnode_sequencer_da_submitter_failures_total{${job},reason!="context_canceled"}[5m])) > 0`,
      "submissions to the DA fail: {{ $labels.reason }}",
      "da-outage#failures",
    ],
    [
      "DaBacklog",
      "critical",
      "1m",
      `max(evnode_sequencer_da_submitter_pending_blobs{${job}}) > ${Math.ceil(BACKLOG_MS / blockTimeMs)}`,
      "{{ $value }} blobs wait for the DA, more than five minutes of blocks make",
      "da-outage#backlog",
    ],
    [
      "DaNotIncluded",
      "critical",
      "0s",
      `max(${included}) <= max(${included} offset 15m) and max(${height}) > max(${height} offset 15m)`,
      "no block was seen in the DA for 15 minutes, while blocks were made",
      "da-outage#backlog",
    ],
  ];
}

export function volumeRules(watched: WatchedSequencer): Rule[] {
  const { free } = seriesOf(watched);
  const fills = (severity: Severity, percent: number): Rule => [
    "VolumeFills",
    severity,
    "10m",
    `${free} < ${percent / 100}`,
    "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left",
    "member-data#volume",
  ];
  return [fills("warning", 15), fills("critical", 5)];
}
