import { otlpProblems } from "../../../kubernetes/network/otlp";
import type { Problem } from "../../../kubernetes/problem";

/** Where telemetry is sent, by OTLP over HTTP. */
export interface Telemetry {
  /** Metrics, and which of them. @default - nowhere */
  readonly metrics?: {
    /** Collector, such as `http://otel.monitoring.svc:4318`, without a path. */
    readonly endpoint: string;
    /** Beginnings of the names of metrics that are not sent. @default - all are sent */
    readonly exclude?: readonly string[];
    /** Beginnings of the names of the only metrics that are sent. @default - all are sent */
    readonly include?: readonly string[];
  };
  /** Traces. The software sends them only beside metrics. @default - nowhere */
  readonly tracing?: { readonly endpoint: string };
}

/** Variable by which the software sends its metrics; without it nobody knows how long the queue of proofs is. */
export const METRICS_ENV = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

/** The software takes URLs as they are written (seen in 4.1.2), so the path is added here. */
const at = (endpoint: string, signal: string) => new URL(`/v1/${signal}`, endpoint).href;

export function telemetryEnv({ metrics, tracing }: Telemetry): Record<string, string> {
  return {
    ...(metrics && { [METRICS_ENV]: at(metrics.endpoint, "metrics") }),
    ...(metrics?.exclude?.length && { OTEL_EXCLUDE_METRICS: metrics.exclude.join(",") }),
    ...(metrics?.include?.length && { OTEL_INCLUDE_METRICS: metrics.include.join(",") }),
    ...(tracing && { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: at(tracing.endpoint, "traces") }),
  };
}

export const collectorsOf = ({ metrics, tracing }: Telemetry): string[] =>
  [metrics, tracing].flatMap(each => (each && URL.canParse(each.endpoint) ? [each.endpoint] : []));

export function telemetryProblems({ metrics, tracing }: Telemetry): Problem[] {
  const problems = [
    ...otlpProblems(["metrics", "endpoint"], metrics?.endpoint, "cluster.local"),
    ...otlpProblems(["tracing", "endpoint"], tracing?.endpoint, "cluster.local"),
  ];
  if (metrics?.exclude?.length && metrics.include?.length) {
    const message = "is not read beside exclude";
    problems.push({ path: ["metrics", "include"], message, remedy: "keep one of the two" });
  }
  if (tracing && !metrics) {
    const message = "the software sends no traces where it sends no metrics";
    problems.push({ path: ["tracing"], message, remedy: called => `give ${called("metrics")} too` });
  }
  return problems;
}
