/** Name, namespace and labels of an object for the Prometheus operator. */
interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Scrapes pods, ready or not, at named ports. */
export function podMonitor(
  metadata: Metadata,
  matchLabels: Readonly<Record<string, string>>,
  podMetricsEndpoints: readonly object[],
): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata,
    spec: { selector: { matchLabels }, podMetricsEndpoints },
  };
}

/** Alerts in one group, in Prometheus' rule format. */
export function prometheusRule(
  metadata: Metadata,
  group: { readonly name: string; readonly interval?: string; readonly rules: readonly object[] },
): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata,
    spec: { groups: [group] },
  };
}
