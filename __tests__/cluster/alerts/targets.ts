import type { Evidence } from "../driver/evidence";
import { until } from "../driver/kubectl";
import type { Monitoring } from "./monitoring";

interface ActiveTarget {
  readonly scrapePool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

/** `namespace/pod endpoint health` of every target of a PodMonitor. */
async function targets(monitoring: Monitoring): Promise<string[]> {
  const { activeTargets } = await monitoring.api<{ activeTargets: ActiveTarget[] }>("targets", { state: "active" });
  return activeTargets
    .filter(({ scrapePool }) => scrapePool.startsWith("podMonitor/"))
    .map(({ labels: { namespace, pod, endpoint }, health, lastError }) =>
      [`${namespace}/${pod}`, endpoint, health, ...(lastError ? [lastError] : [])].join(" "),
    )
    .sort();
}

/** Waits until these targets are up and those are down, and there are no others. Pods of Deployments go by its name. */
export async function expectTargets(
  monitoring: Monitoring,
  evidence: Evidence,
  up: readonly string[],
  down: readonly string[] = [],
): Promise<void> {
  const short = (target: string) => target.replace(/-[0-9a-f]{6,10}-[0-9a-z]{5} /, " ").replace(/ down .*/, " down");
  const wanted = [...up.map(target => `${target} up`), ...down.map(target => `${target} down`)].sort();
  await until("every target is up", 120, async () => {
    expect((await targets(monitoring)).map(short).sort()).toEqual(wanted);
    return true;
  });
  evidence.add("targets", `${up.length} of ${up.length} up, and no others`);
}
