import { alertsOf, type Rule } from "../kubernetes/monitoring/alert";
import { STARTUP_SECONDS } from "./pod-frame";

/**
 * The alerts of a p2p namespace, in Prometheus' rule format.
 *
 * Durations: a drift is acted on by hand, so one scrape that missed must not page (2 min); peers come back within one
 * ping round of 300 s after a restart, so a node without peers is only then one that is stranded (10 min). A node may
 * take as long to be ready as its startup probe allows.
 *
 * Two alerts read kube-state-metrics, since a pod that does not start has no agent that says so.
 *
 * @param startSeconds how long a node may take to its first answer
 */
export function p2pAlerts(namespace: string, runbookBase: string, startSeconds = STARTUP_SECONDS): object[] {
  return alertsOf(rulesOf(namespace, startSeconds), { runbookBase });
}

function rulesOf(namespace: string, startSeconds: number): Rule[] {
  const here = `{namespace="${namespace}"}`;
  const peers = `rollup_network_p2p_peers${here}`;
  // Bootstrap nodes alone have it.
  const published = `rollup_network_enr_published${here}`;
  const served = `rollup_network_config_served${here}`;
  const standby = `rollup_network_node_standby${here}`;
  const gate = (what: string) => `kube_pod_init_container_status_${what}{namespace="${namespace}",container="gate"}`;
  const silent = `time() - rollup_network_agent_last_success_timestamp_seconds${here} > 300`;
  return [
    [
      "EnrDrift",
      "critical",
      "2m",
      `rollup_network_enr_matches_published${here} == 0`,
      "{{ $labels.pod }} serves another ENR than the one its peers hold: do not restart it",
      "enr-drift#drift",
    ],
    [
      "EnrNotPublished",
      "critical",
      "10m",
      `${published} == 0`,
      "the record of {{ $labels.pod }} is not published, and nodes that join through it wait",
      "enr-drift#not-published",
    ],
    [
      "EnrNotAnnounced",
      "critical",
      "2m",
      `rollup_network_enr_announced${here} == 0`,
      "the record of {{ $labels.pod }} is not at the address it is to announce",
      "enr-drift#not-announced",
    ],
    ["NoPeers", "warning", "10m", `${peers} == 0`, "{{ $labels.pod }} has no peers", "enr-drift#no-peers"],
    [
      "P2pNetworkDown",
      "critical",
      "10m",
      `max by (namespace) (${peers} unless on (pod) ${published}) == 0`,
      "no node that joins has a peer: the network stands still",
      "enr-drift#no-peers",
    ],
    [
      "P2pBootstrapUnreachable",
      "warning",
      "10m",
      `${peers} == 0 unless on (pod) ${published} and on () count(${published} == 1) > 0`,
      "{{ $labels.pod }} has no peers, and bootstrap nodes of its namespace run: is a NetworkPolicy in between?",
      "dropped-connections#p2p",
    ],
    [
      "P2pApiServerUnreachable",
      "warning",
      "5m",
      `${silent} and on (pod) ${peers}`,
      "the agent of {{ $labels.pod }} reaches its node, and not the API server, or not DNS",
      "dropped-connections#p2p",
    ],
    [
      "P2pJoinUrlsUnreachable",
      "warning",
      "5m",
      // Only a gate that has ended has asked in vain: one that still runs may be young.
      `${gate("ready")} == 0 and on (pod) ${gate("restarts_total")} > 0`,
      "{{ $labels.pod }} does not start: none of its joinUrls answers, or not all that have to",
      "dropped-connections#p2p",
    ],
    [
      "P2pNodeNotReady",
      "warning",
      `${Math.ceil(startSeconds / 60)}m`,
      `kube_pod_container_status_ready{namespace="${namespace}",container="node"} == 0` +
        ` unless on (pod) (kube_pod_init_container_status_ready${here} == 0 or ${served} == 0 or ${standby} == 1)`,
      "{{ $labels.pod }} is not ready: it still synchronizes, or does not reach its L1",
      "dropped-connections#p2p",
    ],
    [
      "NetworkConfigUnread",
      "warning",
      "10m",
      `${served} == 0`,
      "{{ $labels.pod }} cannot read its network's configuration: it runs with an old one, or waits",
      "enr-drift#network-unread",
    ],
    [
      "NodeInStandby",
      "warning",
      "10m",
      `${standby} == 1`,
      "{{ $labels.pod }} is in standby: no rollup of its release is canonical on its L1",
      "enr-drift#standby",
    ],
    [
      "P2pAgentSilent",
      "warning",
      "5m",
      `${silent} or up{namespace="${namespace}",container="agent"} == 0`,
      "the agent of {{ $labels.pod }} has not reached its node, or was not reached itself, for five minutes",
      "enr-drift#agent-silent",
    ],
  ];
}
