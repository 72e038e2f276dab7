import { ENGINES } from "../../../constructs/sequencer/engines";
import { sequencerAlerts } from "../../../constructs/sequencer/monitoring/alerts";
import type { WatchedSequencer } from "../../../constructs/sequencer/monitoring/watched";
import { SINGLE_OP_STACK } from "../../../constructs/sequencer/single/op-stack-engine";
import { type Judged, RUNBOOKS, type Series } from "./section";

const conductor: WatchedSequencer = {
  namespace: "ns",
  name: "seq",
  engine: ENGINES.conductor,
  members: 3,
  blockTimeMs: 1000,
  execution: { metricsPort: { name: "eth-metrics", port: 6060 } },
  certificate: false,
  submitters: [
    { component: "batcher", program: "op-batcher", everySeconds: 300 },
    { component: "proposer", program: "op-proposer", everySeconds: 600 },
  ],
};
export const CONDUCTOR_RULES = sequencerAlerts(conductor, RUNBOOKS);
export const SINGLE_RULES = sequencerAlerts({ ...conductor, engine: SINGLE_OP_STACK, members: 1 }, RUNBOOKS);

const PODS = ["seq-0", "seq-1", "seq-2"];
const of = (metric: string, pod: string, endpoint: string, labels = "") =>
  `${metric}{namespace="ns",job="ns/seq",pod="${pod}",endpoint="${endpoint}"${labels && `,${labels}`}}`;
const head = (pod: string, type: string) =>
  of("op_node_default_refs_number", pod, "metrics", `layer="l2",type="l2_${type}"`);
const checks = (pod: string, success: boolean) =>
  of("op_conductor_healthchecks_count", pod, "conductor", `error="${success ? "" : "bad"}",success="${success}"`);
const transfers = (pod: string) => of("op_conductor_leader_transfers_count", pod, "conductor", 'success="true"');
const active = (pod: string) => of("op_node_default_sequencer_active", pod, "metrics");
const up = (pod: string, endpoint: string) => of("up", pod, endpoint);
const proxy = (metric: string, pod: string, labels = "") =>
  `${metric}{namespace="ns",job="ns/seq-proxy",pod="${pod}",endpoint="metrics"${labels && `,${labels}`}}`;
const submitter = (component: string, metric: string, labels = "") =>
  `${metric}{namespace="ns",job="ns/seq-${component}",pod="${component}",endpoint="metrics"${labels && `,${labels}`}}`;
const confirmed = (component: "batcher" | "proposer") =>
  submitter(component, `op_${component}_default_txmgr_last_confirm_unix`, 'status="success"');

/** A value every 5 s for two hours. */
const always = (value: number) => `${value}x1440`;
const every = (key: (pod: string) => string, values: string) => Object.fromEntries(PODS.map(pod => [key(pod), values]));

const HEALTHY: Series = {
  ...every(pod => head(pod, "unsafe"), "1000+5x1440"),
  ...every(pod => head(pod, "safe"), "700+5x1440"),
  ...every(pod => up(pod, "metrics"), always(1)),
  ...every(pod => up(pod, "conductor"), always(1)),
  ...every(pod => up(pod, "eth-metrics"), always(1)),
  ...every(pod => checks(pod, true), "0+5x1440"),
  ...every(pod => checks(pod, false), always(3)),
  ...every(active, always(0)),
  [active("seq-0")]: always(1),
  ...Object.fromEntries(
    ["proxy-a", "proxy-b"].flatMap(pod => [
      [proxy("up", pod), always(1)],
      [proxy("haproxy_backend_active_servers", pod, 'proxy="write"'), always(1)],
    ]),
  ),
  ...Object.fromEntries(["batcher", "proposer"].map(component => [submitter(component, "up"), always(1)])),
  [confirmed("batcher")]: "0+5x1440",
  [confirmed("proposer")]: "0+5x1440",
};

const leaders = (values: string) =>
  Object.fromEntries(
    ["proxy-a", "proxy-b"].map(pod => [proxy("haproxy_backend_active_servers", pod, 'proxy="write"'), values]),
  );
/** The last block is made after 16 minutes and 40 seconds. */
const STANDING: Series = {
  ...every(pod => head(pod, "unsafe"), "1000+5x200 2000x1240"),
  ...every(pod => head(pod, "safe"), "700+5x200 1700x1240"),
};

/** A counter that goes up so many times, once in so many scrapes. */
const steps = (times: number, scrapes: number, by = 1) =>
  Array.from({ length: times }, (_, i) => `${(i + 1) * by}x${scrapes - 1}`).join(" ");

interface Case {
  readonly what: string;
  /** Over what is well; "" removes a series. */
  readonly series: Series;
  readonly at?: string;
  readonly fires: readonly string[];
}

const CASES: readonly Case[] = [
  { what: "op-conductors of which all are well", series: {}, at: "30m", fires: [] },
  {
    what: "a member that its conductor finds unhealthy",
    series: { [checks("seq-1", false)]: "3+5x1440", [checks("seq-1", true)]: always(9) },
    fires: ["MemberUnhealthy warning"],
  },
  {
    what: "a failover, with ten failed checks",
    series: { [checks("seq-1", false)]: "3x230 5 8 11 13x1200" },
    at: "19m45s",
    fires: [],
  },
  {
    what: "leadership that goes round among unhealthy members",
    series: every(transfers, "0x200 0+1x1240"),
    fires: ["UnhealthyLeaders warning"],
  },
  {
    what: "leadership that goes round slowly, every 15 s",
    series: { [transfers("seq-1")]: `0x200 ${steps(100, 3)}` },
    fires: ["UnhealthyLeaders warning"],
  },
  {
    what: "leadership that went round for a minute and a half",
    series: every(transfers, "0x200 0+1x18 19x1240"),
    fires: [],
  },
  {
    what: "a rolling restart of seven members, half a minute each, which are given leadership five times",
    series: { [transfers("seq-0")]: `0x200 ${steps(7, 6, 5)}` },
    fires: [],
  },
  {
    what: "leaders that cannot start their sequencers",
    series: { ...STANDING, ...every(active, "1x200 0x1240") },
    at: "18m",
    fires: ["LeaderCannotStart critical", "NoBlocks critical"],
  },
  {
    what: "leaders that cannot start their sequencers, and hand over so fast that proxies often see none",
    series: { ...STANDING, ...every(active, "1x200 0x1240"), ...leaders(`1x200 ${"0x1 1 ".repeat(400)}`) },
    at: "18m",
    fires: ["LeaderCannotStart critical", "NoBlocks critical"],
  },
  {
    what: "leaders that cannot start, of which proxies see several at once",
    series: { ...STANDING, ...every(active, "1x200 0x1240"), ...leaders("1x200 3x1240") },
    at: "18m",
    fires: ["LeaderCannotStart critical", "NoBlocks critical"],
  },
  {
    what: "a second leader beside one that makes blocks",
    series: leaders("1x200 2x1240"),
    fires: ["TwoLeaders critical"],
  },
  {
    what: "leaders that could not start for half a minute",
    series: { ...STANDING, ...every(active, "1x200 0x1240") },
    at: "17m15s",
    fires: ["NoBlocks critical"],
  },
  {
    what: "op-nodes that make no blocks without a leader",
    series: { ...STANDING, ...every(active, "1x200 0x1240"), ...leaders("1x200 0x1240") },
    at: "18m",
    fires: ["NoBlocks critical", "NoLeader critical"],
  },
  {
    what: "a leader whose op-node is told to make blocks, and makes none",
    series: STANDING,
    at: "18m",
    fires: ["NoBlocks critical"],
  },
  { what: "op-nodes that follow a sequencer elsewhere", series: every(active, always(0)), fires: [] },
  {
    what: "an op-conductor that does not answer",
    series: { [up("seq-2", "conductor")]: always(0) },
    fires: ["ConductorDown warning"],
  },
  { what: "two op-nodes that make blocks", series: { [active("seq-1")]: always(1) }, fires: ["TwoLeaders critical"] },
  {
    what: "2101 blocks that are not on L1",
    series: every(pod => head(pod, "unsafe"), "2801+5x1440"),
    fires: ["SafeHeadBehind warning"],
  },
  { what: "2100 blocks that are not on L1", series: every(pod => head(pod, "unsafe"), "2800+5x1440"), fires: [] },
  {
    what: "three hours of blocks that are not on L1",
    series: every(pod => head(pod, "unsafe"), "11801+5x1440"),
    fires: ["SafeHeadBehind critical", "SafeHeadBehind warning"],
  },
  { what: "no op-batcher", series: { [submitter("batcher", "up")]: "" }, fires: ["BatcherDown warning"] },
  {
    what: "an op-batcher whose transactions are not confirmed",
    series: { [confirmed("batcher")]: "0+5x300 1500x1140" },
    at: "65m",
    fires: ["BatcherStuck warning"],
  },
  {
    what: "an op-batcher that has never had one confirmed",
    series: { [confirmed("batcher")]: "", [submitter("batcher", "process_start_time_seconds")]: always(0) },
    at: "40m",
    fires: ["BatcherStuck warning"],
  },
  {
    what: "an op-batcher that has just been started",
    series: { [confirmed("batcher")]: "", [submitter("batcher", "process_start_time_seconds")]: always(0) },
    fires: [],
  },
  { what: "no op-proposer", series: { [submitter("proposer", "up")]: always(0) }, fires: ["ProposerDown warning"] },
  {
    what: "an op-proposer whose proposals are not confirmed",
    series: { [confirmed("proposer")]: "0+5x300 1500x1140" },
    at: "70m",
    fires: ["ProposerStuck warning"],
  },
];

/** Without op-conductor and proxies. */
const SINGLE_HEALTHY: Series = Object.fromEntries(
  Object.entries(HEALTHY).filter(([key]) => !/seq-[12]|seq-proxy|conductor/.test(key)),
);

const SINGLE_CASES: readonly Case[] = [
  { what: "a single OP Stack sequencer in which all is well", series: {}, at: "30m", fires: [] },
  {
    what: "a single OP Stack sequencer that is down",
    series: { [up("seq-0", "metrics")]: "1x200 0x1240", [head("seq-0", "unsafe")]: "1000+5x200 _x1240" },
    fires: ["Down critical", "NoBlocks critical"],
  },
  {
    what: "a single OP Stack sequencer that makes no blocks while it reads L1",
    series: { [head("seq-0", "unsafe")]: "1000+5x200 2000x1240", [active("seq-0")]: always(0) },
    fires: ["NoBlocks critical"],
  },
  {
    what: "a single OP Stack sequencer with 2101 blocks that are not on L1",
    series: { [head("seq-0", "unsafe")]: "2801+5x1440" },
    fires: ["SafeHeadBehind warning"],
  },
];

const judged =
  (rules: readonly object[], healthy: Series) =>
  ({ what, series, at = "19m", fires }: Case): Judged => ({
    what,
    rules,
    series: Object.fromEntries(Object.entries({ ...healthy, ...series }).filter(([, value]) => value)),
    at,
    fires,
  });

/** What fires for op-conductors, for a single sequencer, and for submitters. */
export const OP_STACK_CASES: readonly Judged[] = [
  ...CASES.map(judged(CONDUCTOR_RULES, HEALTHY)),
  ...SINGLE_CASES.map(judged(SINGLE_RULES, SINGLE_HEALTHY)),
];
