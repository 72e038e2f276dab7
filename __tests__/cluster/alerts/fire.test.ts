import { isDeepStrictEqual } from "node:util";
import { driver } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { Evidence } from "../driver/evidence";
import { haproxyVersion, loadImages } from "../driver/images";
import { apply, deleteNamespaces } from "../driver/kubectl";
import { chartObjects, manifestsFor } from "../driver/stack";
import { loadStandin, P2pNetwork } from "../p2p/network";
import { exampleKeys, namespacesOf, sequencerExample } from "../sequencer/examples";
import { SequencerNetwork } from "../sequencer/network";
import { all } from "./all";
import { type Drilled, drillText, isTrue } from "./drills";
import { evaluated } from "./evaluated";
import { FAULTS, type Fault } from "./faults";
import { Harms } from "./harms";
import { MONITORING } from "./monitored";
import { Monitoring, STATE_IMAGE } from "./monitoring";
import { dashboardPicture } from "./picture";
import { panelsOf, rulesOf, shortenedRules } from "./rules";
import { selectorsOf, withoutSeries } from "./selectors";
import { deploySpike } from "./spike-stand-in";
import { EVM, P2P, P2P_JOINING, P2P_UNPINNED, P2P_UNREAD, PAIR, RAFT, SINGLE, SPIKE } from "./stacks";
import { deployKubelet, deployStandIn } from "./stand-in";
import { expectTargets } from "./targets";
import { type Fired, Watch } from "./watch";

/**
 * The real operator and Prometheus over every kind of stack, with policies enforced: what is scraped, and which alert
 * fires on which fault.
 */
const monitoring = new Monitoring();
const watch = new Watch(monitoring);
const evidence = new Evidence("Alerts, seen firing on a cluster");
const sequencers = [RAFT, PAIR, SINGLE];
const namespaces = [
  MONITORING,
  ...sequencers.flatMap(({ namespace }) => namespacesOf(namespace)),
  ...[EVM, P2P, P2P_JOINING, P2P_UNPINNED, P2P_UNREAD, SPIKE].map(({ namespace }) => namespace),
];
const p2p = new P2pNetwork(P2P);
const unpinned = new P2pNetwork(P2P_UNPINNED);
const unread = new TestEnvironment(P2P_UNREAD);
const joining = new TestEnvironment(P2P_JOINING);
const spikeRules = chartObjects(manifestsFor(SPIKE, SPIKE.set)).filter(({ kind }) => kind === "PrometheusRule");
const evm = new TestEnvironment(sequencerExample(EVM, exampleKeys(1)));
let networks: [raft: SequencerNetwork, pair: SequencerNetwork, single: SequencerNetwork];
let objects: ReturnType<typeof chartObjects>;

beforeAll(async () => {
  await Promise.all([driver.enforcePolicies(), deleteNamespaces(...namespaces)]);
  await Promise.all([monitoring.start(), loadImages(), loadStandin()]);
  networks = (await Promise.all(sequencers.map(SequencerNetwork.create))) as typeof networks;
  const environments = [
    ...networks.map(({ environment }) => environment),
    p2p.environment,
    unpinned.environment,
    unread,
    joining,
    evm,
  ];
  objects = [...environments.flatMap(({ manifests }) => chartObjects(manifests)), ...spikeRules];
  await Promise.all([
    ...networks.map(network => network.deploy()),
    p2p.deploy(),
    unpinned.deploy(),
    unread.deploy(),
    joining.deploy(),
    deployStandIn(evm),
    deploySpike(spikeRules, STATE_IMAGE),
    deployKubelet(sequencers.map(({ namespace }) => namespace)),
  ]);
  await Promise.all([...networks.map(network => network.settled()), p2p.connected(P2P.peers)]);
}, 900_000);

afterAll(async () => {
  const [raft] = networks ?? [];
  await evidence.write(
    [
      "The Prometheus operator 0.87.1, Prometheus 3.7.3 and kube-state-metrics 2.15.0, built from their Go modules, " +
        "with NetworkPolicies enforced; PodMonitors and rules as the stacks deploy them.",
      `Real: ev-node 1.2.2, HAProxy ${await haproxyVersion()} and this package's agents. Stand-ins: the p2p node, ` +
        "ev-reth, SPIKE's programs, and kubelet's series of volumes, which kubelets of this cluster do not have.",
      "Blocks every second, and patient elections (`rttMax: 250ms`): all stacks share two cores.",
      "**Shortened**: a second copy of a rule. A `for` of more than a minute is a tenth, range windows and offsets " +
        "are a fifth, and all of them a minute at least (`__tests__/cluster/alerts/shortened.ts`). Others fired as " +
        "they are.",
      "The picture is our own drawing of what the queries of the dashboard's panels answered, not Grafana's, which " +
        "was not to be had. Two members were taken away, then the DA and a follower; then leaders were killed.",
    ],
    process.env.EVIDENCE && raft
      ? await dashboardPicture(
          monitoring,
          { title: "Dashboard of a raft under faults", panels: panelsOf(chartObjects(raft.environment.manifests)) },
          began / 1000,
          Date.now() / 1000,
        )
      : undefined,
  );
  await monitoring.stop();
  await deleteNamespaces(...namespaces);
}, 300_000);

const member = (namespace: string, ordinal: number, ...endpoints: string[]) =>
  endpoints.map(endpoint => `${namespace}/seq-${ordinal} ${endpoint}`);

test("every target is scraped through the policies, and nothing else is", async () => {
  const wanted = [
    ...[0, 1, 2].flatMap(i => member(RAFT.namespace, i, "metrics", "mesh-metrics", "mesh-certificate")),
    ...[0, 1].flatMap(i => member(PAIR.namespace, i, "metrics", "mesh-metrics", "agent")),
    ...member(SINGLE.namespace, 0, "metrics"),
    ...member(EVM.namespace, 0, "metrics", "eth-metrics"),
    ...[RAFT, PAIR].flatMap(({ namespace }) => Array(2).fill(`${namespace}/seq-proxy metrics`)),
    ...[P2P, P2P_UNPINNED].flatMap(({ namespace }) => [`${namespace}/boot-0 metrics`, `${namespace}/full metrics`]),
    `${P2P_UNREAD.namespace}/boot-0 metrics`,
    ...["boot-0", "full", "unready"].map(pod => `${P2P_JOINING.namespace}/${pod} metrics`),
  ];
  // Of a pod that has not started there is an address, and nobody at it.
  await expectTargets(monitoring, evidence, wanted, [`${P2P_JOINING.namespace}/late metrics`]);
}, 150_000);

test("Prometheus evaluates every rule as it is, without an error", async () => {
  await evaluated(monitoring, objects);
  await apply(shortenedRules(objects));
}, 120_000);

test("faults, side by side on every stack, after drills in which nothing fires", async () => {
  const harms = new Harms(monitoring, watch, networks, p2p, unpinned);
  began = Date.now();
  await all([
    harms.slow(),
    (async () => {
      const quiet = [RAFT, PAIR, P2P].map(({ namespace }) => namespace);
      // What a deployment on a busy machine has set off may hold for ten minutes.
      const before = await watch.firedWithin(QUIET_SECONDS, quiet);
      const since = Date.now();
      drilled = await harms.drills();
      const during = await watch.firedWithin((Date.now() - since) / 1000, quiet);
      fired = during.filter(one => !before.some(other => isDeepStrictEqual(one, other)));
      await harms.fast();
    })(),
  ]);
}, 900_000);
const QUIET_SECONDS = 15;
let drilled: Readonly<Record<string, Drilled>> | undefined;
let fired: readonly Fired[] = [];
let began = 0;

test("no alert fires in a drill: leader or holder killed, then deleted, and the bootstrap node restarted", () => {
  if (!drilled) throw new Error("the drills did not end");
  const seen = Object.entries(drilled).map(([namespace, one]) => `${namespace}: ${drillText(one)}`);
  // A machine that is so busy that blocks stand still, and leaders are lost, makes alerts right.
  const right = (one: Fired) => drilled?.[one.namespace] && isTrue(one.alert, drilled[one.namespace] as Drilled);
  expect({ seen, fired: fired.filter(one => !right(one)) }).toEqual({ seen, fired: [] });
  const said = fired.map(({ namespace, alert }) => `${namespace}: ${alert}`).join(", ");
  const alerts = said ? `right on a busy machine: ${said}` : "no alert fired";
  evidence.add(
    "drills",
    `leader and holder killed, then deleted; bootstrap node restarted (${seen.join("; ")}): ${alerts}`,
  );
});

test.each(Object.keys(FAULTS) as Fault[])("%s", fault => {
  expect(watch.failures.get(fault)).toBeUndefined();
  const seen = watch.firings.filter(firing => firing.fault === fault);
  expect(seen.map(({ alert }) => alert).sort()).toEqual([...FAULTS[fault]].sort());
  for (const { alert, after, shortened } of seen)
    evidence.add(alert, `${after} s after: ${fault}${shortened ? " (shortened)" : ""}`);
});

test("every series that a rule or a panel names was there", async () => {
  const panels = panelsOf(objects).flatMap(({ targets: of }) => of.map(({ expr }) => expr));
  const selectors = await selectorsOf(monitoring, [...rulesOf(objects).map(({ expr }) => expr), ...panels]);
  const missing = await withoutSeries(monitoring, selectors, 30);
  expect(missing.filter(selector => !elsewhere(selector))).toEqual([]);
  const seen = new Set(selectors.filter(selector => !missing.includes(selector)).map(ofAnyStack));
  expect(missing.filter(selector => !seen.has(ofAnyStack(selector)))).toEqual([]);
  evidence.add("series", `all of the ${selectors.length - missing.length} selectors of rules and panels had series`);
}, 120_000);

/** What only another stack of its kind has to show: no stack has everything. */
const elsewhere = (selector: string) =>
  // The stand-in of a member with an execution client.
  (selector.includes(EVM.namespace) && !selector.includes("eth-metrics")) ||
  // Failures where nothing failed.
  selector.includes("da_submitter_failures_total") ||
  // Only a node with joinUrls has a gate.
  selector.includes("kube_pod_init_container") ||
  // Only a named network has a configuration, and a node that waits for it nothing else.
  selector.includes("rollup_network_config_served") ||
  selector.includes(P2P_UNREAD.namespace) ||
  selector.includes(P2P_JOINING.namespace);
const ofAnyStack = (selector: string) => selector.replace(/alerts-\w+/, "");
