import type { Monitoring } from "./monitoring";

interface ActiveTarget {
  readonly scrapePool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

/** `namespace/pod endpoint health` of every target of a PodMonitor. */
export async function targets(monitoring: Monitoring): Promise<string[]> {
  const { activeTargets } = await monitoring.api<{ activeTargets: ActiveTarget[] }>("targets", { state: "active" });
  return activeTargets
    .filter(({ scrapePool }) => scrapePool.startsWith("podMonitor/"))
    .map(({ labels: { namespace, pod, endpoint }, health, lastError }) =>
      [`${namespace}/${pod}`, endpoint, health, ...(lastError ? [lastError] : [])].join(" "),
    )
    .sort();
}
