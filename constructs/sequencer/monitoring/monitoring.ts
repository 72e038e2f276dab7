import type { Construct } from "../../kubernetes/framework/terraform";
import { jsonText } from "../../kubernetes/framework/tokens";
import { mustBeKnown } from "../../kubernetes/known";
import { selectorLabels } from "../../kubernetes/labels";
import { runbookBaseProblems } from "../../kubernetes/monitoring/alert";
import { podMonitor, prometheusRule } from "../../kubernetes/monitoring/objects";
import { ObjectsRelease } from "../../kubernetes/objects-release";
import { refuse } from "../../kubernetes/problem";
import { KubernetesConstruct } from "../../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../../kubernetes/vocabulary/props";
import { proxySelector } from "../proxy/leader-proxy";
import { SCRAPE_SECONDS, sequencerAlerts } from "./alerts";
import { sequencerDashboard } from "./dashboard";
import type { WatchedSequencer } from "./watched";

/** What a `SequencerMonitoring` takes. */
export interface SequencerMonitoringProps extends KubernetesScope {
  /** The sequencer that is watched; thresholds follow from its engine, its members and its block time. */
  readonly sequencer: WatchedSequencer;
  /** Labels by which Prometheus selects its objects. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** A ConfigMap with a Grafana dashboard, which Grafana's sidecar takes up by its label. @default true */
  readonly dashboard?: boolean;
  /** Where alerts link to: the URL of `docs/runbooks` in your repository, or of your own runbooks. */
  readonly runbookBase: string;
}

/**
 * PodMonitors, a PrometheusRule and a dashboard of a sequencer, for clusters with the Prometheus operator.
 *
 * PodMonitors and not ServiceMonitors: node, mesh, agent and execution client of every member are targets of their own,
 * ready or not, and no Service has their ports. Their alerts look at a few blocks, so they are scraped and evaluated
 * every 5 s; of HAProxy's metrics only those are kept that an alert or a panel uses.
 */
export class SequencerMonitoring extends KubernetesConstruct {
  readonly release: ObjectsRelease;

  constructor(scope: Construct, id: string, props: SequencerMonitoringProps) {
    super(scope, id, props);
    mustBeKnown(`SequencerMonitoring ${id}`, props, {
      sequencer: { name: true, submitters: { component: true, program: true } },
    });
    const { sequencer, labels, dashboard = true, runbookBase } = props;
    refuse(`SequencerMonitoring ${id}`, runbookBaseProblems(runbookBase));
    const { namespace, name } = sequencer;
    const metadata = { name, namespace, labels: { ...labels } };
    this.release = new ObjectsRelease(this, "Objects", {
      namespace,
      name: `${name}-monitoring`,
      objects: [
        podMonitor(
          metadata,
          selectorLabels(sequencer.engine.software.name, name, "sequencer"),
          memberEndpoints(sequencer),
        ),
        ...(sequencer.engine.leaderCheck
          ? [podMonitor({ ...metadata, name: `${name}-proxy` }, proxySelector(name), [HAPROXY])]
          : []),
        ...(sequencer.submitters ?? []).map(({ component, program }) =>
          podMonitor({ ...metadata, name: `${name}-${component}` }, selectorLabels(program, name, component), [
            { port: "metrics", interval: "15s" },
          ]),
        ),
        prometheusRule(metadata, {
          name: `sequencer ${namespace}/${name}`,
          interval: INTERVAL,
          rules: sequencerAlerts(sequencer, runbookBase),
        }),
        ...(dashboard
          ? [
              {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: `${name}-dashboard`, namespace, labels: { ...labels, grafana_dashboard: "1" } },
                data: { [`sequencer-${namespace}-${name}.json`]: jsonText(sequencerDashboard(sequencer)) },
              },
            ]
          : []),
      ],
    });
  }
}

const INTERVAL = `${SCRAPE_SECONDS}s`;

/** What alerts and panels use, of the hundreds of series of an HAProxy. */
const KEPT = `haproxy_server_check_status;L4TOUT|haproxy_(${[
  "server_status",
  "server_check_up_down_total",
  "backend_active_servers",
  "frontend_current_sessions",
  "frontend_http_responses_total",
].join("|")});.*`;

const HAPROXY = {
  port: "metrics",
  interval: INTERVAL,
  metricRelabelings: [{ sourceLabels: ["__name__", "state"], regex: KEPT, action: "keep" }],
} as const;

function memberEndpoints({ engine, execution, certificate }: WatchedSequencer): object[] {
  return [
    { port: "metrics", interval: INTERVAL },
    ...(engine.mesh ? [{ ...HAPROXY, port: "mesh-metrics" }] : []),
    // Of the same port: with the same labels its `up` would be one series with the other's.
    ...(certificate
      ? [
          {
            port: "mesh-metrics",
            path: "/certificate",
            interval: "60s",
            relabelings: [{ targetLabel: "endpoint", replacement: "mesh-certificate" }],
          },
        ]
      : []),
    ...(engine.monitoring.ports ?? []).map(port => ({ port, interval: INTERVAL })),
    ...(execution.metricsPort
      ? [
          {
            port: execution.metricsPort.name,
            ...(execution.metricsPort.path && { path: execution.metricsPort.path }),
            interval: "15s",
          },
        ]
      : []),
  ];
}
