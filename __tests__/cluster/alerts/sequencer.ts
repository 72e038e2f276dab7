import { ENGINES } from "../../../constructs/sequencer/engines";
import { sequencerAlerts } from "../../../constructs/sequencer/monitoring/alerts";
import type { WatchedSequencer } from "../../../constructs/sequencer/monitoring/watched";
import { CONDUCTOR_RULES, OP_STACK_CASES, SINGLE_RULES } from "./op-stack";
import { type Judged, RUNBOOKS, type Section, type Series } from "./section";

export const base: WatchedSequencer = {
  namespace: "ns",
  name: "seq",
  engine: ENGINES.raft,
  members: 3,
  blockTimeMs: 200,
  execution: { metricsPort: { name: "eth-metrics", port: 9001 } },
  certificate: true,
};
const lease: WatchedSequencer = { ...base, engine: ENGINES.lease, members: 2, certificate: false };
const single: WatchedSequencer = { ...base, engine: ENGINES.single, members: 1, certificate: false };

/** Series as the PodMonitors label them. */
const of = (pod: string, endpoint: string, metric: string, labels = "") =>
  `${metric}{namespace="ns",job="ns/seq${pod.startsWith("proxy") ? "-proxy" : ""}",pod="${pod}",` +
  `endpoint="${endpoint}"${labels && `,${labels}`}}`;
const height = (pod: string) => of(pod, "metrics", "evnode_sequencer_height", 'chain_id="test"');
const up = (pod: string, endpoint = "metrics") => of(pod, endpoint, "up");
const leaders = (pod: string) => of(pod, "metrics", "haproxy_backend_active_servers", 'proxy="write"');
const reached = (pod: string, proxy: string, server: string) =>
  of(pod, "mesh-metrics", "haproxy_server_status", `proxy="${proxy}",server="${server}",state="UP"`);
const silent = (pod: string, endpoint: string, proxy: string, server: string) =>
  of(pod, endpoint, "haproxy_server_check_status", `proxy="${proxy}",server="${server}",state="L4TOUT"`);
const expiry = (pod: string) => of(pod, "mesh-certificate", "rollup_network_mesh_certificate_expiry_timestamp_seconds");
const volume = (what: string, claim: string) =>
  `kubelet_volume_stats_${what}_bytes{namespace="ns",persistentvolumeclaim="${claim}"}`;
const day = 86_400;

/** A value every 5 s for twenty minutes. */
const always = (value: number) => `${value}x240`;

/** All is well: each case changes some of this. */
const HEALTHY: Series = {
  [height("seq-0")]: "1000+25x240",
  [height("seq-1")]: "999+25x240",
  [height("seq-2")]: "998+25x240",
  ...Object.fromEntries(["seq-0", "seq-1", "seq-2"].map(pod => [up(pod), always(1)])),
  ...Object.fromEntries(["seq-0", "seq-1", "seq-2"].map(pod => [up(pod, "eth-metrics"), always(1)])),
  [leaders("proxy-a")]: always(1),
  [leaders("proxy-b")]: always(1),
  [up("proxy-a")]: always(1),
  [up("proxy-b")]: always(1),
  [of("seq-0", "metrics", "process_start_time_seconds")]: always(5),
  [of("proxy-a", "metrics", "haproxy_server_check_up_down_total", 'proxy="write",server="seq-0"')]: always(4),
  [of("proxy-a", "metrics", "haproxy_frontend_http_responses_total", 'proxy="writes",code="5xx"')]: always(7),
  [reached("seq-0", "raft-1", "seq-1")]: always(1),
  [reached("seq-0", "p2p-1", "seq-1")]: always(1),
  [reached("seq-0", "raft", "node")]: always(1),
  [reached("seq-0", "da", "da-1")]: always(1),
  [reached("seq-0", "da", "da-2")]: always(1),
  [silent("seq-0", "mesh-metrics", "p2p-1", "seq-1")]: always(0),
  [silent("seq-0", "mesh-metrics", "da", "da-1")]: always(0),
  [silent("proxy-a", "metrics", "write", "seq-1")]: always(0),
  [expiry("seq-0")]: always(90 * day),
  [expiry("seq-1")]: always(90 * day),
  [of("seq-0", "metrics", "evnode_sequencer_da_inclusion_height")]: "900+25x240",
  [of("seq-0", "metrics", "evnode_sequencer_da_submitter_pending_blobs")]: always(60),
  [of("seq-0", "metrics", "evnode_sequencer_da_submitter_failures_total", 'reason="unknown"')]: always(3),
  [volume("available", "data-seq-0")]: always(60),
  [volume("capacity", "data-seq-0")]: always(100),
};
const LEASE: Series = {
  [up("seq-0", "agent")]: always(1),
  [of("seq-0", "agent", "rollup_network_lease_is_leader")]: always(1),
  [of("seq-1", "agent", "rollup_network_lease_is_leader")]: always(0),
  [of("seq-0", "agent", "rollup_network_lease_lost_while_active_total")]: always(0),
  [of("seq-0", "agent", "rollup_network_lease_renew_failures_total", 'reason="timeout"')]: always(2),
};

interface Case {
  readonly what: string;
  readonly watched?: WatchedSequencer;
  /** Over what is well; "" removes a series. */
  readonly series: Series;
  readonly at?: string;
  /** Of the name without its prefix: all that fire, by severity. */
  readonly fires: readonly string[];
}

const none = Object.fromEntries(Object.keys(HEALTHY).map(key => [key, ""]));
const all = (metric: string, value: string) =>
  Object.fromEntries(
    Object.keys({ ...HEALTHY, ...LEASE })
      .filter(key => key.startsWith(metric))
      .map(key => [key, value]),
  );

const CASES: readonly Case[] = [
  { what: "a raft in which all is well", series: {}, fires: [] },
  { what: "a pair in which all is well", watched: lease, series: LEASE, fires: [] },
  { what: "a single sequencer in which all is well", watched: single, series: {}, fires: [] },
  {
    what: "a failover of 10 s",
    series: all("evnode_sequencer_height", "1000+25x100 _ 3500 3525+25x130"),
    at: "8m30s",
    fires: [],
  },
  {
    what: "blocks every 10 s",
    watched: { ...base, blockTimeMs: 10_000 },
    series: {
      ...all("evnode_sequencer_height", "1 1 2 2 3 3 4 4 5 5 6 6 7 7"),
      [of("seq-0", "metrics", "evnode_sequencer_da_submitter_pending_blobs")]: always(1),
    },
    at: "65s",
    fires: [],
  },
  {
    what: "a chain that stands",
    series: all("evnode_sequencer_height", "1000+25x60 2500x180"),
    at: "5m20s",
    fires: ["NoBlocks critical"],
  },
  {
    what: "a chain that stood",
    series: all("evnode_sequencer_height", "1000+25x60 2500x6 2500+25x174"),
    at: "6m",
    fires: [],
  },
  {
    what: "a sequencer whose node is started and has no height",
    watched: single,
    series: {
      ...all("evnode_sequencer_height", "1+25x60 stale"),
      ...none,
      [up("seq-0")]: always(1),
      [height("seq-0")]: "1+25x60 stale",
    },
    at: "6m",
    fires: ["NoBlocks critical"],
  },
  {
    what: "one member down",
    series: {
      [up("seq-2")]: "1x20 0x220",
      [height("seq-2")]: "1000+25x20 stale",
      [up("seq-2", "eth-metrics")]: always(0),
    },
    at: "4m",
    fires: ["ExecutionDown warning", "MemberDown warning"],
  },
  { what: "one member down for half a minute", series: { [up("seq-2")]: "1x20 0x6 1x200" }, at: "2m15s", fires: [] },
  {
    what: "one member without a pod",
    series: { [up("seq-2")]: "", [height("seq-2")]: "" },
    at: "4m",
    fires: ["MemberDown warning"],
  },
  {
    what: "two of three members down",
    series: { [up("seq-2")]: always(0), [up("seq-1")]: "", [height("seq-1")]: "", [height("seq-2")]: "" },
    at: "30s",
    fires: ["NoQuorum critical"],
  },
  { what: "two of five members down", watched: { ...base, members: 5 }, series: {}, at: "30s", fires: [] },
  {
    what: "three of seven members left",
    watched: { ...base, members: 7 },
    series: {},
    at: "30s",
    fires: ["NoQuorum critical"],
  },
  {
    what: "a single sequencer that is down",
    watched: single,
    series: { ...none, [up("seq-0")]: always(0) },
    at: "30s",
    fires: ["Down critical", "NoBlocks critical"],
  },
  {
    what: "a pair of which none is up",
    watched: lease,
    series: { ...LEASE, ...none },
    at: "30s",
    fires: ["BothDown critical", "NoBlocks critical", "NoLeader critical"],
  },
  { what: "a member 76 blocks behind", series: { [height("seq-2")]: "924+25x240" }, fires: ["MemberBehind warning"] },
  { what: "a member 75 blocks behind", series: { [height("seq-2")]: "925+25x240" }, fires: [] },
  { what: "a member that is up and has no block", series: { [height("seq-2")]: "" }, fires: ["MemberBehind warning"] },
  {
    what: "a node that is started again and again",
    series: { [of("seq-0", "metrics", "process_start_time_seconds")]: "1+1x240" },
    fires: ["Restarts warning"],
  },
  {
    what: "a node that was started three times",
    series: { [of("seq-0", "metrics", "process_start_time_seconds")]: "1x50 2x50 3x50 4x90" },
    fires: [],
  },
  {
    what: "an execution client that is down",
    series: { [up("seq-1", "eth-metrics")]: always(0) },
    fires: ["ExecutionDown warning"],
  },
  {
    what: "no leader",
    series: all("haproxy_backend_active_servers", always(0)),
    at: "15s",
    fires: ["NoLeader critical"],
  },
  {
    what: "no leader for 5 s",
    series: { [leaders("proxy-a")]: "1x50 0 1x90", [leaders("proxy-b")]: "1x50 0 1x90" },
    at: "4m20s",
    fires: [],
  },
  {
    what: "no proxy",
    series: { ...all("haproxy_backend_active_servers", ""), [up("proxy-a")]: always(0), [up("proxy-b")]: "" },
    at: "2m",
    fires: ["NoLeader critical", "ProxyDown warning"],
  },
  { what: "two leaders", series: { [leaders("proxy-b")]: always(2) }, at: "30s", fires: ["TwoLeaders critical"] },
  {
    what: "two that hold a Lease",
    watched: lease,
    series: { ...LEASE, ...all("rollup_network_lease_is_leader", always(1)) },
    at: "30s",
    fires: ["TwoLeaders critical"],
  },
  {
    what: "leadership that wanders",
    series: {
      [of("proxy-a", "metrics", "haproxy_server_check_up_down_total", 'proxy="write",server="seq-0"')]: "0x180 0+1x60",
    },
    fires: ["LeaderChanges warning"],
  },
  {
    what: "a rollout, in which each member led once",
    series: {
      [of("proxy-a", "metrics", "haproxy_server_check_up_down_total", 'proxy="write",server="seq-0"')]:
        "0x180 1x10 2x10 3x40",
    },
    fires: [],
  },
  {
    what: "the same where the window begins between two samples",
    series: {
      [of("proxy-a", "metrics", "haproxy_server_check_up_down_total", 'proxy="write",server="seq-0"')]:
        "4x107 _ 4x71 5x10 6x10 7x40",
    },
    fires: [],
  },
  { what: "one proxy down", series: { [up("proxy-b")]: always(0) }, fires: ["ProxyDown warning"] },
  { what: "one proxy cut off", series: { [leaders("proxy-b")]: always(0) }, fires: ["ProxyBlind warning"] },
  {
    what: "writes that are refused",
    series: {
      [of("proxy-a", "metrics", "haproxy_frontend_http_responses_total", 'proxy="writes",code="5xx"')]: "0+1x240",
    },
    fires: ["WritesRefused warning"],
  },
  {
    what: "a mesh that does not reach a member",
    series: { [reached("seq-0", "p2p-1", "seq-1")]: always(0) },
    fires: ["MeshPeerUnreachable warning"],
  },
  {
    what: "a member that is up, and from which a mesh hears nothing",
    series: { [silent("seq-0", "mesh-metrics", "p2p-1", "seq-1")]: always(1) },
    at: "2m",
    fires: ["ConnectionDropped warning"],
  },
  {
    what: "a member that is up, and from which a proxy hears nothing",
    series: { [silent("proxy-a", "metrics", "write", "seq-1")]: always(1) },
    at: "2m",
    fires: ["ConnectionDropped warning"],
  },
  {
    what: "a member whose host is lost",
    series: {
      [silent("seq-0", "mesh-metrics", "p2p-1", "seq-1")]: always(1),
      [silent("proxy-a", "metrics", "write", "seq-1")]: always(1),
      [up("seq-1")]: always(0),
      [height("seq-1")]: "",
    },
    at: "2m",
    fires: ["MemberDown warning"],
  },
  {
    what: "a DA from which nothing is heard",
    series: { [silent("seq-0", "mesh-metrics", "da", "da-1")]: always(1) },
    at: "2m",
    fires: ["ConnectionDropped warning"],
  },
  {
    what: "requests for a Lease that are refused",
    watched: lease,
    series: {
      ...LEASE,
      [of("seq-0", "agent", "rollup_network_lease_renew_failures_total", 'reason="connection"')]: "0+2x240",
    },
    fires: ["LeaseRenewalsFail warning"],
  },
  {
    what: "a certificate with 13 days left",
    series: all("rollup_network_mesh", always(13 * day)),
    fires: ["MeshCertificateExpires warning"],
  },
  {
    what: "a certificate with 2 days left",
    series: all("rollup_network_mesh", always(2 * day)),
    fires: ["MeshCertificateExpires critical", "MeshCertificateExpires warning"],
  },
  {
    what: "a renewed certificate that one mesh refuses",
    series: { [expiry("seq-1")]: always(365 * day) },
    fires: ["MeshCertificateDiffers warning"],
  },
  {
    what: "a renewed certificate that one mesh has not taken yet",
    series: { [expiry("seq-1")]: `${90 * day}x200 ${365 * day}x40` },
    fires: [],
  },
  {
    what: "no DA",
    series: { [reached("seq-0", "da", "da-1")]: always(0), [reached("seq-0", "da", "da-2")]: always(0) },
    at: "2m",
    fires: ["DaUnreachable warning"],
  },
  {
    what: "one DA of two",
    series: { [reached("seq-0", "da", "da-1")]: always(0) },
    fires: [],
  },
  {
    what: "a DA that refuses",
    series: { [of("seq-0", "metrics", "evnode_sequencer_da_submitter_failures_total", 'reason="unknown"')]: "0+1x240" },
    fires: ["DaFailures warning"],
  },
  {
    what: "submissions that a shutdown ended",
    series: {
      [of("seq-0", "metrics", "evnode_sequencer_da_submitter_failures_total", 'reason="context_canceled"')]: "0+1x240",
    },
    fires: [],
  },
  {
    what: "1501 blobs that wait",
    series: { [of("seq-0", "metrics", "evnode_sequencer_da_submitter_pending_blobs")]: always(1501) },
    fires: ["DaBacklog critical"],
  },
  {
    what: "1500 blobs that wait",
    series: { [of("seq-0", "metrics", "evnode_sequencer_da_submitter_pending_blobs")]: always(1500) },
    fires: [],
  },
  {
    what: "blocks that are not included",
    series: { [of("seq-0", "metrics", "evnode_sequencer_da_inclusion_height")]: always(900) },
    fires: ["DaNotIncluded critical"],
  },
  {
    what: "a volume with a tenth left",
    series: { [volume("available", "data-seq-0")]: always(10) },
    fires: ["VolumeFills warning"],
  },
  {
    what: "an execution volume with a fiftieth left",
    series: {
      [volume("available", "execution-seq-1")]: always(2),
      [volume("capacity", "execution-seq-1")]: always(100),
    },
    fires: ["VolumeFills critical", "VolumeFills warning"],
  },
  {
    what: "another one's volume that is full",
    series: { [volume("available", "data-other-0")]: always(0), [volume("capacity", "data-other-0")]: always(100) },
    fires: [],
  },
  {
    what: "a Lease lost while active",
    watched: lease,
    series: { ...LEASE, [of("seq-0", "agent", "rollup_network_lease_lost_while_active_total")]: "0x200 1x40" },
    fires: ["LeaseLost warning"],
  },
  {
    what: "renewals that fail",
    watched: lease,
    series: {
      ...LEASE,
      [of("seq-0", "agent", "rollup_network_lease_renew_failures_total", 'reason="timeout"')]: "0+2x240",
    },
    fires: ["ConnectionDropped warning", "LeaseRenewalsFail warning"],
  },
  {
    what: "renewals that fail every 15 s",
    watched: lease,
    series: {
      ...LEASE,
      [of("seq-0", "agent", "rollup_network_lease_renew_failures_total", 'reason="timeout"')]: "0+0.333x240",
    },
    fires: ["ConnectionDropped warning", "LeaseRenewalsFail warning"],
  },
  {
    what: "conflicts, of which each costs one attempt",
    watched: lease,
    series: {
      ...LEASE,
      [of("seq-0", "agent", "rollup_network_lease_renew_failures_total", 'reason="conflict"')]: "0+2x240",
    },
    fires: [],
  },
  {
    what: "an agent that does not answer",
    watched: lease,
    series: { ...LEASE, [up("seq-0", "agent")]: always(0) },
    fires: ["LeaseAgentDown warning"],
  },
];

function judged({ what, watched = base, series, at = "19m", fires }: Case): Judged {
  const members = Array.from({ length: watched.members }, (_, ordinal) => `seq-${ordinal}`);
  const there = Object.entries({ ...HEALTHY, ...series }).filter(
    ([key, value]) => value && (!/pod="seq-/.test(key) || members.some(pod => key.includes(`pod="${pod}"`))),
  );
  return { what, rules: sequencerAlerts(watched, RUNBOOKS), series: Object.fromEntries(there), at, fires };
}

export const SEQUENCER: Section = {
  prefix: "Sequencer",
  interval: "5s",
  forms: {
    raft: sequencerAlerts(base, RUNBOOKS),
    lease: sequencerAlerts(lease, RUNBOOKS),
    single: sequencerAlerts(single, RUNBOOKS),
    conductor: CONDUCTOR_RULES,
    singleOpStack: SINGLE_RULES,
  },
  cases: [...CASES.map(judged), ...OP_STACK_CASES],
};
