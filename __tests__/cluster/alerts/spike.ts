import { spikeAlerts, type WatchedSpike } from "../../../constructs/spike/alerts";
import { type Judged, RUNBOOKS, type Section, type Series } from "./section";

const keeper = (i: number) => ({ url: `https://spike-keeper-${i}:8443`, spiffeId: `spiffe://example.org/${i}` });
const watched: WatchedSpike = {
  namespace: "ns",
  keepers: [0, 1, 2].map(keeper),
  threshold: 2,
  backendStore: "sqlite",
};

/** A value every 30 s for an hour. */
const always = (value: number) => `${value}x120`;
const ready = (statefulSet: string) =>
  `kube_statefulset_status_replicas_ready{namespace="ns",statefulset="${statefulSet}"}`;
const started = (pod: string) => `kube_pod_container_state_started{namespace="ns",pod="${pod}",container="spike"}`;
const [keepers, nexus] = [ready("spike-keeper"), ready("spike-spike-nexus")];
const failed = (job: string) => `kube_job_failed{namespace="ns",job_name="${job}",condition="true"}`;
const completed = 'kube_job_status_completion_time{namespace="ns",job_name="spike-bootstrap"}';

/** Keepers first, then Nexus, then the bootstrap. */
const HEALTHY: Series = {
  [keepers]: always(3),
  [nexus]: always(1),
  ...Object.fromEntries([0, 1, 2].map(i => [started(`spike-keeper-${i}`), always(10 + i)])),
  [started("spike-spike-nexus-0")]: always(20),
  [completed]: always(60),
};
/** Nexus starts again after half an hour. */
const RESTARTED = { [started("spike-spike-nexus-0")]: "20x59 1800x60" };
const again = (i: number, at: number) => ({ [started(`spike-keeper-${i}`)]: `${10 + i}x${at / 30 - 1} ${at}x60` });
const rules = spikeAlerts(watched, RUNBOOKS);

/** Over what is well; "" removes a series. */
function judged(what: string, series: Series, fires: readonly string[], at = "33m"): Judged {
  const there = Object.entries({ ...HEALTHY, ...series }).filter(([, value]) => value);
  return { what, rules, series: Object.fromEntries(there), at, fires };
}

export const SPIKE: Section = {
  prefix: "Spike",
  interval: "30s",
  forms: { spike: rules, memory: spikeAlerts({ ...watched, backendStore: "memory" }, RUNBOOKS) },
  cases: [
    judged("a SPIKE in which all is well", {}, []),
    judged("a first deploy", { [completed]: "_x5 150x110" }, [], "4m"),
    judged("one keeper down", { [keepers]: always(2) }, ["KeeperDown warning"]),
    judged("one keeper down for four minutes", { [keepers]: "3x50 2x8 3x60" }, []),
    judged("two keepers down", { [keepers]: always(1) }, ["KeeperDown warning", "KeepersBelowThreshold critical"]),
    judged("Nexus that is not ready", { [nexus]: always(0) }, ["NexusNotReady critical"]),
    judged("Nexus that restarts beside its keepers", RESTARTED, []),
    judged("Nexus that restarts after one keeper did", { ...RESTARTED, ...again(0, 1740) }, []),
    judged(
      "Nexus that restarts together with two keepers",
      { ...RESTARTED, ...again(0, 1740), ...again(1, 1770) },
      ["RootKeyInDoubt critical"],
      "50m",
    ),
    judged("Nexus that restarts without keepers", { ...RESTARTED, ...gone(0), ...gone(1), ...gone(2) }, [
      "RootKeyInDoubt critical",
    ]),
    judged("keepers that restart long before Nexus", { ...RESTARTED, ...again(0, 1200), ...again(1, 1230) }, []),
    judged(
      "keepers that restart, one after the other",
      { ...again(0, 1740), ...again(1, 1770), ...again(2, 1800) },
      [],
    ),
    judged("a bootstrap that failed", { [failed("spike-bootstrap")]: always(1) }, ["JobFailed warning"]),
    judged("another Job that failed", { [failed("other")]: always(1) }, []),
    judged("a cluster without kube-state-metrics", { [keepers]: "", [nexus]: "" }, ["Unwatched warning"]),
  ],
};

function gone(i: number): Series {
  return { [started(`spike-keeper-${i}`)]: `${10 + i}x57 stale` };
}
