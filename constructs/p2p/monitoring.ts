import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { PEER_LABEL } from "../kubernetes/labels";
import { runbookBaseProblems } from "../kubernetes/monitoring/alert";
import { podMonitor, prometheusRule } from "../kubernetes/monitoring/objects";
import { ObjectsRelease } from "../kubernetes/objects-release";
import { refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { p2pAlerts } from "./alerts";
import { startupSeconds } from "./pod-frame";

/** What a `P2pMonitoring` takes: one per p2p namespace. */
export interface P2pMonitoringProps extends KubernetesScope {
  readonly namespace: string;
  /** Where alerts link to: the URL of `docs/runbooks` in your repository, or of your own runbooks. */
  readonly runbookBase: string;
  /** Labels by which Prometheus selects its objects. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A PodMonitor over the agents of a p2p namespace and a PrometheusRule with their alerts, for clusters with the
 * Prometheus operator.
 */
export class P2pMonitoring extends KubernetesConstruct {
  readonly release: ObjectsRelease;

  constructor(scope: Construct, id: string, props: P2pMonitoringProps) {
    super(scope, id, props);
    mustBeKnown(`P2pMonitoring ${id}`, props);
    const { namespace, runbookBase, labels } = props;
    refuse(`P2pMonitoring ${id}`, runbookBaseProblems(runbookBase));
    const metadata = { name: "p2p", namespace, labels: { ...labels } };
    this.release = new ObjectsRelease(this, "Objects", {
      namespace,
      name: "p2p-monitoring",
      objects: [
        podMonitor(metadata, PEER_LABEL, [{ port: "metrics", interval: "30s" }]),
        prometheusRule(metadata, { name: "p2p", rules: p2pAlerts(namespace, runbookBase, startupSeconds(this)) }),
      ],
    });
  }
}
