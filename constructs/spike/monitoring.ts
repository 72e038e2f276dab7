import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { runbookBaseProblems } from "../kubernetes/monitoring/alert";
import { prometheusRule } from "../kubernetes/monitoring/objects";
import { ObjectsRelease } from "../kubernetes/objects-release";
import { refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { spikeAlerts, type WatchedSpike } from "./alerts";

/** What a `SpikeMonitoring` takes. */
export interface SpikeMonitoringProps extends KubernetesScope {
  /** The release that is watched. */
  readonly spike: WatchedSpike;
  /** Where alerts link to: the URL of `docs/runbooks` in your repository, or of your own runbooks. */
  readonly runbookBase: string;
  /** Labels by which Prometheus selects its object. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A PrometheusRule with the alerts of a SPIKE, for clusters with the Prometheus operator and kube-state-metrics.
 *
 * Creates: Helm release `spike-monitoring`. There is no PodMonitor, since no part of SPIKE has metrics.
 */
export class SpikeMonitoring extends KubernetesConstruct {
  readonly release: ObjectsRelease;

  constructor(scope: Construct, id: string, props: SpikeMonitoringProps) {
    super(scope, id, props);
    mustBeKnown(`SpikeMonitoring ${id}`, props, { spike: { backendStore: true } });
    const { spike, runbookBase, labels } = props;
    const { namespace } = spike;
    refuse(`SpikeMonitoring ${id}`, runbookBaseProblems(runbookBase));
    this.release = new ObjectsRelease(this, "Objects", {
      namespace,
      name: "spike-monitoring",
      objects: [
        prometheusRule(
          { name: "spike", namespace, labels: { ...labels } },
          { name: `spike ${namespace}`, rules: spikeAlerts(spike, runbookBase) },
        ),
      ],
    });
  }
}
