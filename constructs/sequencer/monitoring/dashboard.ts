import { shortDigest } from "../../kubernetes/framework/tokens";
import { graph, type Panel, placed, type Query, red, stat } from "./panels";
import { seriesOf } from "./series";
import type { WatchedSequencer } from "./watched";

/**
 * A Grafana dashboard of a sequencer, schema 39 (Grafana 10.3 and later): who leads, whether blocks come, and what
 * threatens either.
 */
export function sequencerDashboard(watched: WatchedSequencer): object {
  const { namespace, name } = watched;
  return {
    uid: `sequencer-${shortDigest(`${namespace}/${name}`)}`,
    title: `Sequencer ${namespace}/${name}`,
    tags: ["rollup-network", "sequencer"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: "browser",
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    annotations: { list: [] },
    links: [],
    templating: {
      list: [
        { name: "datasource", label: "Data source", type: "datasource", query: "prometheus", current: {}, hide: 0 },
      ],
    },
    panels: placed(panels(watched)),
  };
}

function panels(watched: WatchedSequencer): Panel[] {
  const { engine, members, blockTimeMs, longestBlockMs = blockTimeMs, execution } = watched;
  const { job, proxy, height, leaders, membersUp, changes, free } = seriesOf(watched);
  // Nodes that have made no block since their start have no height: then there are no blocks, and not no answer.
  const made = `((max(${height}) - max(last_over_time(${height}[1h] offset 1m))) or vector(0))`;
  const alone = !engine.leaderCheck;
  const { submits } = engine.software;
  return [
    alone
      ? stat("Members that answer", membersUp, red(1))
      : stat("Leaders", `max(${leaders}) or vector(0)`, [...red(1), { color: "red", value: 2 }]),
    ...(alone ? [] : [stat("Members that answer", membersUp, red(members))]),
    stat("Height", `max(${height})`, []),
    ...(submits
      ? [stat("Blocks waiting for the DA", `max(${height}) - max(evnode_sequencer_da_inclusion_height{${job}})`, [])]
      : []),
    ...(alone
      ? []
      : [
          {
            ...graph(
              "Who leads",
              "none",
              [[`max by (server) (haproxy_server_status{${proxy},proxy="write",state="UP"})`, "{{server}}"]],
              24,
            ),
            type: "state-timeline",
            options: {
              showValue: "never",
              mergeValues: true,
              legend: { displayMode: "list", placement: "bottom", showLegend: false },
            },
            fieldConfig: {
              defaults: {
                mappings: [
                  {
                    type: "value",
                    options: { "0": { text: "follows", color: "dark-blue" }, "1": { text: "leads", color: "green" } },
                  },
                ],
              },
              overrides: [],
            },
          },
        ]),
    graph("Height by member", "none", [[height, "{{pod}}"]]),
    graph("Blocks behind the highest", "none", [[`scalar(max(${height})) - ${height}`, "{{pod}}"]]),
    graph("Blocks a second", "none", [
      [`${made} / 60`, "made"],
      [`vector(${1000 / longestBlockMs})`, "expected"],
    ]),
    graph("Seconds without blocks, of each minute", "s", [
      [`clamp_min(60 - ${made} * ${longestBlockMs / 1000}, 0)`, "gap"],
    ]),
    ...(submits ? daPanels(watched, alone) : []),
    ...(alone
      ? []
      : [
          graph("Writes in the proxies", "none", [
            [`sum by (pod) (haproxy_frontend_current_sessions{${proxy},proxy="writes"})`, "{{pod}} open or waiting"],
            [
              `sum(rate(haproxy_frontend_http_responses_total{${proxy},proxy="writes",code="5xx"}[1m]))`,
              "5xx a second",
            ],
            [
              `sum(rate(haproxy_frontend_http_responses_total{${proxy},proxy="writes",code="2xx"}[1m]))`,
              "2xx a second",
            ],
          ]),
          graph("Losses of leadership in ten minutes", "none", [[changes, "losses"]]),
          graph("Members out of reach of the mesh", "none", [
            [
              `max by (pod, server) (haproxy_server_status{${job},proxy=~"(raft|p2p)-[0-9]+",state="DOWN"})`,
              "{{server}} from {{pod}}",
            ],
          ]),
        ]),
    ...(engine.monitoring.panels?.(seriesOf(watched)) ?? []),
    graph("Starts of the node in 15 minutes", "none", [
      [`changes(process_start_time_seconds{${job},endpoint="metrics"}[15m])`, "{{pod}}"],
      ...(execution.metricsPort
        ? ([[`1 - up{${job},endpoint="${execution.metricsPort.name}"}`, "{{pod}} without execution client"]] as Query[])
        : []),
    ]),
    ...(watched.certificate
      ? [
          graph("Mesh certificate: days left", "none", [
            [`(rollup_network_mesh_certificate_expiry_timestamp_seconds{${job}} - time()) / 86400`, "{{pod}}"],
          ]),
        ]
      : []),
    graph("Free space", "percentunit", [[free, "{{persistentvolumeclaim}}"]]),
  ];
}

function daPanels(watched: WatchedSequencer, alone: boolean): Panel[] {
  const { job, height } = seriesOf(watched);
  return [
    graph("Waiting for the DA", "none", [
      [`max(evnode_sequencer_da_submitter_pending_blobs{${job}})`, "blobs of the leader"],
      [`max(${height}) - max(evnode_sequencer_da_inclusion_height{${job}})`, "blocks not yet included"],
    ]),
    graph("Failed submissions to the DA, a second", "none", [
      [`sum by (reason) (rate(evnode_sequencer_da_submitter_failures_total{${job}}[5m]))`, "{{reason}}"],
      ...(alone
        ? []
        : ([
            [`1 - max by (pod) (haproxy_server_status{${job},proxy="da",state="UP"})`, "{{pod}} reaches no DA"],
          ] as Query[])),
    ]),
  ];
}
