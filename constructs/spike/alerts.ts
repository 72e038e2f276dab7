import { alertsOf, type Rule } from "../kubernetes/monitoring/alert";
import { SPIKE_BOOTSTRAP, SPIKE_KEEPER, SPIKE_NEXUS, SPIRE_READY } from "./names";
import type { SpikeRelease } from "./release";

/** A SPIKE as its monitoring sees it: any `SpikeRelease` is one. */
export type WatchedSpike = Pick<SpikeRelease, "namespace" | "keepers" | "threshold" | "backendStore">;

/** Nexus sends every keeper its share again this often: SPIKE's own, read in its sources. */
const RESEND_SECONDS = 300;

/**
 * The alerts of a SPIKE, in Prometheus' rule format. SPIKE's parts have no metrics, so all of them read
 * kube-state-metrics, whose labels `namespace` and `pod` must be kept (`honorLabels`).
 */
export function spikeAlerts(spike: WatchedSpike, runbookBase: string): object[] {
  const { namespace } = spike;
  return alertsOf(rulesOf(spike), { prefix: "Spike", labels: { namespace }, runbookBase });
}

function rulesOf(spike: WatchedSpike): Rule[] {
  const { namespace, threshold, keepers, backendStore } = spike;
  const ready = (statefulSet: string) =>
    `kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${statefulSet}"}`;
  return [
    [
      "KeepersBelowThreshold",
      "critical",
      "1m",
      `${ready(SPIKE_KEEPER)} < ${threshold}`,
      `{{ $value }} of ${keepers.length} keepers are ready, and the root key needs ${threshold}: do not restart Nexus`,
      "spike-alerts#keepers",
    ],
    [
      "KeeperDown",
      "warning",
      "5m",
      `${ready(SPIKE_KEEPER)} < ${keepers.length}`,
      `{{ $value }} of ${keepers.length} keepers are ready`,
      "spike-alerts#keepers",
    ],
    [
      "NexusNotReady",
      "critical",
      "2m",
      `${ready(SPIKE_NEXUS)} < 1`,
      "Nexus is not ready: nobody gets a secret",
      "spike-alerts#nexus",
    ],
    ...(backendStore === "memory" ? [] : keyRules(spike)),
    [
      "JobFailed",
      "warning",
      "0s",
      `max by (job_name) (kube_job_failed{namespace="${namespace}",job_name=~"${SPIKE_BOOTSTRAP}|${SPIRE_READY}"` +
        `,condition="true"}) == 1`,
      "Job {{ $labels.job_name }} failed, and its pod says why",
      "spike-alerts#jobs",
    ],
    [
      "Unwatched",
      "warning",
      "5m",
      `absent(${ready(SPIKE_KEEPER)}) or absent(${ready(SPIKE_NEXUS)})`,
      "kube-state-metrics has no series of {{ $labels.statefulset }}: it is gone, or nothing watches it",
      "spike-alerts#unwatched",
    ],
  ];
}

/**
 * Nexus has the root key in memory, and asks keepers for it when it starts. No series says whether it got it, so this
 * compares times: of the last start of Nexus, and of the keepers that may have had a share then. Before the bootstrap
 * is complete nobody has one.
 */
function keyRules({ namespace, threshold }: WatchedSpike): Rule[] {
  const started = (pods: string) => `kube_pod_container_state_started{namespace="${namespace}",pod=~"${pods}"}`;
  const nexus = `max(${started(`${SPIKE_NEXUS}-0`)})`;
  const keepers = `max by (pod) (${started(`${SPIKE_KEEPER}-[0-9]+`)})`;
  const complete = `max(kube_job_status_completion_time{namespace="${namespace}",job_name="${SPIKE_BOOTSTRAP}"})`;
  return [
    [
      "RootKeyInDoubt",
      "critical",
      "1m",
      // For an hour: what was lost does not come back, and the times that show it do not stay.
      `min_over_time(((count(${keepers} < scalar(${nexus}) - ${RESEND_SECONDS}) or vector(0)) < ${threshold}` +
        ` and on () time() - ${nexus} < ${RESEND_SECONDS} and on () ${nexus} > ${complete})[1h:30s])`,
      `Nexus restarted, and {{ $value }} keepers were old enough to have a share: the root key needs ${threshold}`,
      "spike-alerts#root-key",
    ],
  ];
}
