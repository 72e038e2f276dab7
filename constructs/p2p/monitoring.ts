import { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { PEER_LABEL } from "../kubernetes/labels";
import { ObjectsRelease } from "../kubernetes/objects-release";

/** What a `P2pMonitoring` takes: one per p2p namespace. */
export interface P2pMonitoringProps {
  readonly namespace: string;
  /** Labels by which Prometheus selects its objects. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A PodMonitor over the agents of a p2p namespace and a PrometheusRule with their alerts, for clusters with the
 * Prometheus operator.
 *
 * Durations: a drift is acted on by hand, so one scrape that missed must not page (2 min); peers come back within one
 * ping round of 300 s after a restart, so a node without peers is only then one that is stranded (10 min).
 */
export class P2pMonitoring extends Construct {
  readonly release: ObjectsRelease;

  constructor(scope: Construct, id: string, props: P2pMonitoringProps) {
    super(scope, id);
    mustBeKnown(`P2pMonitoring ${id}`, props);
    const metadata = { name: "p2p", namespace: props.namespace, labels: { ...props.labels } };
    this.release = new ObjectsRelease(this, "Objects", {
      namespace: props.namespace,
      name: "p2p-monitoring",
      objects: [
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PodMonitor",
          metadata,
          spec: {
            selector: { matchLabels: PEER_LABEL },
            podMetricsEndpoints: [{ port: "metrics", interval: "30s" }],
          },
        },
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata,
          spec: { groups: [{ name: "p2p", rules: p2pAlerts(props.namespace) }] },
        },
      ],
    });
  }
}

const RUNBOOK = "docs/runbooks/enr-drift.md";

/** The alerts of a p2p namespace, in Prometheus' rule format. */
export function p2pAlerts(namespace: string): object[] {
  const here = `{namespace="${namespace}"}`;
  const alert = (name: string, severity: string, expr: string, duration: string, summary: string, section: string) => ({
    alert: name,
    expr,
    for: duration,
    labels: { severity },
    annotations: { summary, runbook: `${RUNBOOK}#${section}` },
  });
  return [
    alert(
      "EnrDrift",
      "critical",
      `rollup_network_enr_matches_published${here} == 0`,
      "2m",
      "{{ $labels.pod }} serves another ENR than the one its peers hold: do not restart it",
      "drift",
    ),
    alert(
      "EnrNotPublished",
      "critical",
      `rollup_network_enr_published${here} == 0`,
      "10m",
      "the record of {{ $labels.pod }} is not published, and nodes that join through it wait",
      "not-published",
    ),
    alert(
      "EnrNotAnnounced",
      "critical",
      `rollup_network_enr_announced${here} == 0`,
      "2m",
      "the record of {{ $labels.pod }} is not at the address it is to announce",
      "not-announced",
    ),
    alert(
      "NoPeers",
      "warning",
      `rollup_network_p2p_peers${here} == 0`,
      "10m",
      "{{ $labels.pod }} has no peers",
      "no-peers",
    ),
    alert(
      "NetworkConfigUnread",
      "warning",
      `rollup_network_config_served${here} == 0`,
      "10m",
      "{{ $labels.pod }} cannot read its network's configuration: it runs with an old one, or waits",
      "network-unread",
    ),
    alert(
      "NodeInStandby",
      "warning",
      `rollup_network_node_standby${here} == 1`,
      "10m",
      "{{ $labels.pod }} is in standby: no rollup of its release is canonical on its L1",
      "standby",
    ),
    alert(
      "P2pAgentSilent",
      "warning",
      `time() - rollup_network_agent_last_success_timestamp_seconds${here} > 300 or ` +
        `up{namespace="${namespace}",container="agent"} == 0`,
      "5m",
      "the agent of {{ $labels.pod }} has not reached its node, or was not reached itself, for five minutes",
      "agent-silent",
    ),
  ];
}
