import type { Problem } from "../../kubernetes/problem";
import type { BrokerAddress } from "./broker-source";

/**
 * How KEDA scales agents. The broker has no endpoint for the length of its queue: it sends its metrics to an OTLP
 * collector, and KEDA asks the Prometheus in which they end.
 */
export interface Autoscale {
  /** @default 0 - none while the queue is empty */
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  /** URL of the Prometheus that KEDA asks. */
  readonly prometheus: string;
  /**
   * PromQL that answers with the number of jobs: KEDA starts an agent for each, up to the most.
   * @default - jobs that wait and jobs under way, by the label `k8s_namespace_name`, as in Aztec's charts
   */
  readonly query?: string;
}

/** Jobs under way count too: without them the last agents would be stopped in the middle of a proof. */
function queueOf(namespace: string): string {
  const sum = (metric: string) =>
    `(sum(aztec_proving_queue_${metric}{k8s_namespace_name="${namespace}"}) or vector(0))`;
  return `${sum("size")} + ${sum("active_jobs_count")}`;
}

/** Seconds from one question to the next, and from the last job to the last agent's end, as in Aztec's charts. */
const [POLLING, COOLDOWN] = [30, 300];

export function scaledObject({
  name,
  namespace,
  labels,
  kind,
  autoscale,
}: {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: "Deployment" | "StatefulSet";
  readonly autoscale: Autoscale;
}): object {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name, namespace, labels },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name },
      pollingInterval: POLLING,
      cooldownPeriod: COOLDOWN,
      minReplicaCount: autoscale.minReplicas ?? 0,
      maxReplicaCount: autoscale.maxReplicas,
      triggers: [
        {
          type: "prometheus",
          metadata: {
            serverAddress: autoscale.prometheus,
            query: autoscale.query ?? queueOf(namespace),
            threshold: "1",
            activationThreshold: "0",
          },
        },
      ],
    },
  };
}

interface Scaled {
  readonly autoscale?: Autoscale;
  readonly replicas?: number;
  readonly broker?: BrokerAddress;
}

/** Bounds that are none, and a queue whose length nobody knows. */
export function autoscaleProblems({ autoscale, replicas, broker }: Scaled): Problem[] {
  if (!autoscale) return [];
  const problems: Problem[] = [];
  const { minReplicas = 0, maxReplicas } = autoscale;
  if (!(Number.isInteger(minReplicas) && minReplicas >= 0 && Number.isInteger(maxReplicas) && maxReplicas >= 1)) {
    const message = `${minReplicas} to ${maxReplicas} replicas`;
    problems.push({ path: ["autoscale"], message, remedy: "use whole numbers: 0 or more, to 1 or more" });
  } else if (minReplicas > maxReplicas) {
    const message = `${minReplicas} to ${maxReplicas} replicas`;
    problems.push({ path: ["autoscale", "minReplicas"], message, remedy: "use no more than maxReplicas" });
  }
  if (replicas !== undefined) {
    const message = `${replicas} replicas, and KEDA chooses their number`;
    problems.push({ path: ["replicas"], message, remedy: "leave replicas out, or autoscale" });
  }
  if (broker && !broker.sendsMetrics) {
    problems.push({
      path: ["autoscale"],
      message: `broker ${broker.name} tells nobody how long its queue is`,
      remedy: "set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT in its env, or name a collector of metrics for all roles",
    });
  }
  return problems;
}
