/** The namespace of the operator and of Prometheus. */
export const MONITORING = "alerts-monitoring";
/** By which Prometheus selects. */
export const LABELS = { release: "alerts" } as const;
export const STATE_PORT = 8080;
/** Where kube-state-metrics answers. */
export const STATE = `kube-state-metrics.${MONITORING}.svc:${STATE_PORT}`;

/** What has a section of the values watched by this Prometheus. */
export const monitored = (section: string): readonly string[] => [
  "runbookBase=https://git.example.org/rollup/network/docs/runbooks",
  `${section}.monitoring={enabled: true, labels: {release: ${LABELS.release}}}`,
  `${section}.networkPolicies.monitoring=${MONITORING}`,
];
