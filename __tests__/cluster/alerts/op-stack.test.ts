import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driver } from "../driver/driver";
import { Evidence } from "../driver/evidence";
import { haproxyVersion } from "../driver/images";
import { apply, deleteNamespaces } from "../driver/kubectl";
import { chartObjects } from "../driver/stack";
import { OpStackNetwork } from "../sequencer/opstack/network";
import { evaluated } from "./evaluated";
import { MONITORING } from "./monitored";
import { Monitoring } from "./monitoring";
import { OP_STACK_WATCHED } from "./op-stack-example";
import { OP_STACK_FAULTS, type OpStackFaultName, opStackFault } from "./op-stack-faults";
import { OpStackHarms } from "./op-stack-harms";
import { OpStackWatch } from "./op-stack-watch";
import { panelsOf, rulesOf, shortenedRules } from "./rules";
import { selectorsOf, withoutSeries } from "./selectors";
import { expectTargets } from "./targets";

/** The real operator and Prometheus over the real OP Stack: what is scraped, and which alert fires on which fault. */
const { namespace: NAMESPACE, set } = OP_STACK_WATCHED;
const dir = mkdtempSync(join(tmpdir(), "alerts-op-stack-"));
const monitoring = new Monitoring();
const evidence = new Evidence("Alerts of an OP Stack sequencer, seen firing on a cluster");
let network: OpStackNetwork;
let watch: OpStackWatch;
let objects: ReturnType<typeof chartObjects>;

beforeAll(async () => {
  await Promise.all([driver.enforcePolicies(), OpStackNetwork.remove(NAMESPACE), deleteNamespaces(MONITORING)]);
  await monitoring.start();
  network = await OpStackNetwork.deploy(NAMESPACE, { set });
  objects = chartObjects(network.environment.manifests);
  await network.settled();
}, 1_500_000);

afterAll(async () => {
  await evidence.write([
    "The Prometheus operator 0.87.1 and Prometheus 3.7.3, built from their Go modules, with NetworkPolicies " +
      "enforced; PodMonitors and rules as the stack deploys them.",
    "Real: op-conductor, op-node, op-batcher and op-proposer 1.16.5, op-geth 1.101604.0, HAProxy " +
      `${await haproxyVersion()}, and anvil as L1, with a block every 2 s. Blocks every second.`,
    "**Shortened**: a second copy of a rule. A `for` of more than a minute is a tenth, and a minute at least; what " +
      "may wait for L1 is a sixtieth (`__tests__/cluster/alerts/shortened.ts`). Others fired as they are.",
    "Silent: so many seconds after the fault was mended by the steps of its runbook.",
  ]);
  rmSync(dir, { recursive: true });
  await monitoring.stop();
  await OpStackNetwork.remove(NAMESPACE);
}, 300_000);

test("every target is scraped through the policies, and nothing else is", async () => {
  const endpoints = ["metrics", "mesh-metrics", "mesh-certificate", "conductor", "eth-metrics"];
  const wanted = [
    ...network.names.flatMap(name => endpoints.map(endpoint => `${name} ${endpoint}`)),
    ...["seq-proxy", "seq-proxy", "seq-batcher", "seq-proposer"].map(name => `${name} metrics`),
  ].map(target => `${NAMESPACE}/${target}`);
  await expectTargets(monitoring, evidence, wanted);
}, 150_000);

test("Prometheus evaluates every rule as it is, without an error", async () => {
  await evaluated(monitoring, objects);
  await apply(shortenedRules(objects));
}, 120_000);

test("faults, and what mends them", async () => {
  watch = new OpStackWatch(monitoring, NAMESPACE);
  await new OpStackHarms(network, watch, join(dir, "kubeconfig")).all();
}, 1_500_000);

test.each(Object.keys(OP_STACK_FAULTS) as OpStackFaultName[])("%s", fault => {
  expect(watch.failures.get(fault)).toBeUndefined();
  const seen = watch.fired.get(fault) ?? [];
  expect(seen.map(({ alert }) => alert).sort()).toEqual([...opStackFault(fault).fires].sort());
  for (const { alert, after, silentAfter, shortened } of seen) {
    const how = shortened ? " (shortened)" : "";
    evidence.add(alert, `${after} s after: ${fault}${how}; silent ${silentAfter} s after it was mended`);
  }
});

test("no alert fired that no fault explains, or that named another member", async () => {
  expect(await watch.unexplained()).toEqual([]);
  evidence.add("all the time", "no other alert fired, also not in a rolling restart");
}, 60_000);

test("every series that a rule or a panel names was there", async () => {
  const panels = panelsOf(objects).flatMap(({ targets: of }) => of.map(({ expr }) => expr));
  const selectors = await selectorsOf(monitoring, [...rulesOf(objects).map(({ expr }) => expr), ...panels]);
  // Kubelets of a cluster of network namespaces do not count what volumes hold.
  const missing = (await withoutSeries(monitoring, selectors, 30)).filter(one => !/kubelet_volume_stats/.test(one));
  expect(missing).toEqual([]);
}, 60_000);
