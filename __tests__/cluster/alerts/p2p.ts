import { p2pAlerts } from "../../../constructs/p2p/alerts";
import { type Judged, RUNBOOKS, type Section, type Series } from "./section";

/** A value every 30 s for half an hour. */
const always = (value: number) => `${value}x60`;
const of = (pod: string, metric: string, labels = "") =>
  `${metric}{namespace="ns",job="ns/p2p",pod="${pod}",container="agent",endpoint="metrics"${labels}}`;
const up = (pod: string) => of(pod, "up");
const peers = (pod: string) => of(pod, "rollup_network_p2p_peers");
const success = (pod: string) => of(pod, "rollup_network_agent_last_success_timestamp_seconds");
const matches = of("boot-0", "rollup_network_enr_matches_published");
const published = of("boot-0", "rollup_network_enr_published");
const announced = of("boot-0", "rollup_network_enr_announced");
const served = of("boot-0", "rollup_network_config_served");
const standby = of("full-0", "rollup_network_node_standby");
const container = (pod: string, kind: string, name: string, what: string) =>
  `kube_pod_${kind}_status_${what}{namespace="ns",pod="${pod}",container="${name}"}`;
const ready = (pod: string) => container(pod, "container", "node", "ready");
const gate = (what: string) => container("full-1", "init_container", "gate", what);
const PODS = ["boot-0", "full-0", "full-1"];

const HEALTHY: Series = {
  ...Object.fromEntries(PODS.map(pod => [up(pod), always(1)])),
  ...Object.fromEntries(PODS.map(pod => [peers(pod), always(2)])),
  ...Object.fromEntries(PODS.map(pod => [ready(pod), always(1)])),
  [gate("ready")]: always(1),
  [gate("restarts_total")]: always(0),
  ...Object.fromEntries(PODS.map(pod => [success(pod), "0+30x60"])),
  [matches]: always(1),
  [published]: always(1),
  [announced]: always(1),
};
const ELSEWHERE = Object.fromEntries([matches, published, announced].map(series => [series, ""]));
/** Its gate runs. */
const JOINING = { [ready("full-1")]: always(0), [gate("ready")]: always(0), [peers("full-1")]: "" };
const rules = p2pAlerts("ns", RUNBOOKS);

/** Over what is well; "" removes a series. */
function judged(what: string, series: Series, fires: readonly string[], at = "25m"): Judged {
  const there = Object.entries({ ...HEALTHY, ...series }).filter(([, value]) => value);
  return { what, rules, series: Object.fromEntries(there), at, fires };
}

export const P2P: Section = {
  prefix: "",
  interval: "30s",
  forms: { p2p: rules },
  cases: [
    judged("a network in which all is well", {}, []),
    judged("a record that drifted", { [matches]: always(0) }, ["EnrDrift critical"], "3m"),
    judged("a scrape in which it differs", { [matches]: "1x20 0 1x39" }, [], "11m"),
    judged("a record that is not published", { [published]: always(0), [matches]: "" }, ["EnrNotPublished critical"]),
    judged("a record that was published after nine minutes", { [published]: "0x18 1x42" }, []),
    judged("a record at another address", { [announced]: always(0) }, ["EnrNotAnnounced critical"], "3m"),
    judged("a node without peers", { [peers("full-1")]: always(0) }, [
      "NoPeers warning",
      "P2pBootstrapUnreachable warning",
    ]),
    judged("a node without peers whose bootstrap nodes are elsewhere", { ...ELSEWHERE, [peers("full-1")]: always(0) }, [
      "NoPeers warning",
    ]),
    judged("a bootstrap node without peers", { [peers("boot-0")]: always(0) }, ["NoPeers warning"]),
    judged(
      "a network without peers",
      { [peers("boot-0")]: always(0), [peers("full-0")]: always(0), [peers("full-1")]: always(0) },
      ["NoPeers warning", "P2pBootstrapUnreachable warning", "P2pNetworkDown critical"],
    ),
    judged("an agent that reaches its node alone", { [success("boot-0")]: always(0), [matches]: "" }, [
      "P2pAgentSilent warning",
      "P2pApiServerUnreachable warning",
    ]),
    judged("a node that was without peers for nine minutes", { [peers("full-1")]: "0x18 2x42" }, [], "9m"),
    judged("another namespace's node without peers", { [peers("full-1").replace('"ns"', '"other"')]: always(0) }, []),
    judged("an agent that does not reach its node", { [success("full-0")]: always(0), [peers("full-0")]: "" }, [
      "P2pAgentSilent warning",
    ]),
    judged("a configuration that nobody serves", { [served]: always(0) }, ["NetworkConfigUnread warning"]),
    judged("a configuration that is read", { [served]: always(1) }, []),
    judged("a node in standby", { [standby]: always(1), [peers("full-0")]: "" }, ["NodeInStandby warning"]),
    judged("a node that was in standby for nine minutes", { [standby]: "1x18 0x42" }, []),
    judged("a node whose joinUrls do not answer", { ...JOINING, [gate("restarts_total")]: "0x4 1x56" }, [
      "P2pJoinUrlsUnreachable warning",
    ]),
    judged("a node that asks its joinUrls for the first time", JOINING, []),
    judged("a node that was answered at last", { [gate("restarts_total")]: always(3) }, []),
    judged("a node that is not ready", { [ready("full-1")]: always(0) }, ["P2pNodeNotReady warning"]),
    judged("a node that was not ready for 19 minutes", { [ready("full-1")]: "0x38 1x22" }, [], "19m"),
    judged("a node in standby, which is not ready", { [ready("full-0")]: always(0), [standby]: always(1) }, [
      "NodeInStandby warning",
    ]),
    judged("a node that waits for its configuration", { [ready("boot-0")]: always(0), [served]: always(0) }, [
      "NetworkConfigUnread warning",
    ]),
    judged("an agent that is not reached", { [up("full-0")]: always(0) }, ["P2pAgentSilent warning"]),
  ],
};
