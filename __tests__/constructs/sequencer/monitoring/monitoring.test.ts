import { parse } from "yaml";
import { HelmProvider } from "../../../../constructs/kubernetes/framework/provider";
import { ENGINES } from "../../../../constructs/sequencer/engines";
import { executionParts } from "../../../../constructs/sequencer/execution/executions";
import { evNodeConfig } from "../../../../constructs/sequencer/member/ev-node-config";
import { sequencerAlerts } from "../../../../constructs/sequencer/monitoring/alerts";
import {
  SequencerMonitoring,
  type SequencerMonitoringProps,
} from "../../../../constructs/sequencer/monitoring/monitoring";
import type { WatchedSequencer } from "../../../../constructs/sequencer/monitoring/watched";
import { SINGLE_OP_STACK } from "../../../../constructs/sequencer/single/op-stack-engine";
import { manifestsOf } from "../../../../testing";
import { newStack } from "../../fixtures";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

const raft: WatchedSequencer = {
  namespace: "ns",
  name: "seq",
  engine: ENGINES.raft,
  members: 3,
  blockTimeMs: 200,
  execution: executionParts({ kind: "testapp" }),
  certificate: true,
};
const evm = executionParts({
  kind: "evm",
  image: "ghcr.io/evstack/ev-reth:v0.2.1",
  jwtSecret: "jwt",
  genesisConfigMap: "genesis",
  genesisHash: `0x${"0".repeat(64)}`,
  feeRecipient: `0x${"0".repeat(40)}`,
});
const RUNBOOKS = "https://runbooks.example.org";
type Props = Partial<WatchedSequencer & Omit<SequencerMonitoringProps, "sequencer">>;
const lease = { ...raft, engine: ENGINES.lease, members: 2, certificate: false };
const single = { ...raft, engine: ENGINES.single, members: 1, certificate: false };
const conductor: WatchedSequencer = {
  ...raft,
  engine: ENGINES.conductor,
  blockTimeMs: 1000,
  execution: { metricsPort: { name: "eth-metrics", port: 6060, path: "/debug/metrics/prometheus" } },
  submitters: [{ component: "batcher", program: "op-batcher", everySeconds: 300 }],
};
const singleOpStack = { ...conductor, engine: SINGLE_OP_STACK, members: 1, certificate: false };
const modes = [
  ["raft", raft],
  ["raft with an execution client", { ...raft, execution: evm }],
  ["lease", lease],
  ["single", single],
  ["conductor", conductor],
  ["single of an OP Stack chain", singleOpStack],
] as const;

// biome-ignore lint/suspicious/noExplicitAny: objects are read by path in assertions
function objects(props: Props = {}): any[] {
  const stack = newStack();
  new HelmProvider(stack, "Helm");
  const { labels, dashboard, runbookBase = RUNBOOKS, ...watched } = props;
  const sequencer = { ...raft, ...watched };
  new SequencerMonitoring(stack, "Monitoring", { sequencer, labels, dashboard, runbookBase });
  const [release] = manifestsOf(stack).releases;
  return (release as { values: { objects: object[] } } | undefined)?.values.objects ?? [];
}
// biome-ignore lint/suspicious/noExplicitAny: see above
const objectOf = (kind: string, props: Props = {}, name = "seq"): any =>
  objects(props).find(object => object.kind === kind && object.metadata.name === name);
const rulesOf = (props: Props = {}): Rule[] =>
  objectOf("PrometheusRule", props).spec.groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const rule = (alert: string, props: Props = {}) => rulesOf(props).find(found => found.alert === `Sequencer${alert}`);
const endpointsOf = (props: Props) =>
  objectOf("PodMonitor", props).spec.podMetricsEndpoints.map(
    ({ port, path = "/metrics" }: { port: string; path?: string }) => `${port}${path}`,
  );
const dashboardOf = (props: Props = {}) =>
  JSON.parse(objectOf("ConfigMap", props, "seq-dashboard").data["sequencer-ns-seq.json"]);

test.each([
  ["raft", raft, ["metrics/metrics", "mesh-metrics/metrics", "mesh-metrics/certificate"]],
  ["raft without TLS", { certificate: false }, ["metrics/metrics", "mesh-metrics/metrics"]],
  ["lease", lease, ["metrics/metrics", "mesh-metrics/metrics", "agent/metrics"]],
  [
    "conductor",
    { ...conductor, certificate: false },
    ["metrics/metrics", "mesh-metrics/metrics", "conductor/metrics", "eth-metrics/debug/metrics/prometheus"],
  ],
  [
    "single of an OP Stack chain",
    singleOpStack,
    ["metrics/metrics", "mesh-metrics/metrics", "eth-metrics/debug/metrics/prometheus"],
  ],
  ["single beside an execution client", { ...single, execution: evm }, ["metrics/metrics", "eth-metrics/metrics"]],
])("%s: every port of a member that has metrics is scraped", (_, props, wanted) => {
  expect(endpointsOf(props)).toEqual(wanted);
});

test("members and proxies are told apart, and a single sequencer has no proxy", () => {
  const selector = (name: string) => objectOf("PodMonitor", {}, name).spec.selector.matchLabels;
  expect(selector("seq")).toMatchObject({
    "app.kubernetes.io/instance": "seq",
    "app.kubernetes.io/component": "sequencer",
  });
  expect(selector("seq-proxy")).toMatchObject({ "app.kubernetes.io/component": "leader-proxy" });
  for (const alone of [single, singleOpStack]) expect(objectOf("PodMonitor", alone, "seq-proxy")).toBeUndefined();
  expect(objectOf("PodMonitor", conductor, "seq-batcher").spec).toEqual({
    selector: {
      matchLabels: {
        "app.kubernetes.io/name": "op-batcher",
        "app.kubernetes.io/instance": "seq",
        "app.kubernetes.io/component": "batcher",
      },
    },
    podMetricsEndpoints: [{ port: "metrics", interval: "15s" }],
  });
});

test("two endpoints of one port differ in a label, or their `up` would be one series", () => {
  const [, mesh, certificate] = objectOf("PodMonitor").spec.podMetricsEndpoints;
  expect(certificate.relabelings).toEqual([{ targetLabel: "endpoint", replacement: "mesh-certificate" }]);
  expect(mesh).not.toHaveProperty("relabelings");
});

/** It has a series for every result that a check may have. */
const CHECKED = "haproxy_server_check_status";

test("what alerts and panels read of HAProxy is kept", () => {
  const [, mesh] = objectOf("PodMonitor").spec.podMetricsEndpoints;
  const kept = new RegExp(`^(?:${mesh.metricRelabelings[0].regex})$`);
  const texts = [...rulesOf(), ...rulesOf(lease)]
    .map(({ expr }) => expr)
    .concat(JSON.stringify([dashboardOf(), dashboardOf(lease)]));
  const read = new Set(texts.flatMap(text => text.match(/haproxy_\w+/g) ?? []));
  expect(read.size).toBeGreaterThan(4);
  for (const metric of read) expect(`${metric};${metric === CHECKED ? "L4TOUT" : ""}`).toMatch(kept);
  expect(`${CHECKED};L7OK`).not.toMatch(kept);
});

test("rules are evaluated as often as members are scraped, and no window holds less than two scrapes", () => {
  expect(objectOf("PrometheusRule").spec.groups[0].interval).toBe("5s");
  expect(objectOf("PodMonitor").spec.podMetricsEndpoints[0].interval).toBe("5s");
  for (const [, props] of modes) {
    for (const { expr } of rulesOf(props)) {
      for (const [, count, unit] of expr.matchAll(/(?:\[|offset )(\d+)([sm])/g)) {
        expect(Number(count) * (unit === "m" ? 60 : 1)).toBeGreaterThanOrEqual(10);
      }
    }
  }
});

test("blocks are missed after three times their time, and not within a failover", () => {
  expect(rule("NoBlocks")).toMatchObject({
    for: "0s",
    labels: { severity: "critical", namespace: "ns", sequencer: "seq" },
    expr:
      'max(evnode_sequencer_height{job="ns/seq"}) <= max(evnode_sequencer_height{job="ns/seq"} offset 15s)' +
      ' or absent_over_time(evnode_sequencer_height{job="ns/seq"}[15s])',
  });
  expect(rule("NoBlocks", { blockTimeMs: 10_000 })?.expr).toContain("offset 30s");
});

test("no leader and two leaders page after ten seconds", () => {
  expect(rule("NoLeader")).toMatchObject({
    for: "10s",
    labels: { severity: "critical" },
    expr: '(max(haproxy_backend_active_servers{job="ns/seq-proxy",proxy="write"}) or vector(0)) == 0',
  });
  expect(rule("TwoLeaders")).toMatchObject({ for: "10s", labels: { severity: "critical" } });
});

test.each([
  [3, 2],
  [5, 3],
  [7, 4],
])("%i members have no quorum with fewer than %i", (members, least) => {
  expect(rule("NoQuorum", { members })?.expr).toMatch(new RegExp(`< ${least}$`));
});

test.each([100, 200, 1000, 7000])(
  "with blocks every %i ms a member is behind where ev-node calls it not ready",
  blockTimeMs => {
    const da = { endpoints: [], namespace: "x" };
    const config = parse(
      evNodeConfig({ node: ENGINES.raft.node, blockTimeMs, da, daAddress: "", signer: { kind: "file", secret: "s" } }),
    );
    expect(rule("MemberBehind", { blockTimeMs })?.expr).toContain(` > ${config.node.readiness_max_blocks_behind} or `);
  },
);

test("each mode has the alerts of its parts alone", () => {
  const names = (props: Props) => rulesOf(props).map(({ alert }) => alert.replace("Sequencer", ""));
  const all = [
    "NoBlocks",
    "NoQuorum",
    "MemberDown",
    "MemberBehind",
    "Restarts",
    "NoLeader",
    "TwoLeaders",
    "LeaderChanges",
  ];
  const proxies = ["ProxyDown", "ProxyBlind", "WritesRefused"];
  const mesh = ["MeshPeerUnreachable", "MeshCertificateExpires", "MeshCertificateExpires", "MeshCertificateDiffers"];
  const da = [
    "ConnectionDropped",
    "DaUnreachable",
    "DaFailures",
    "DaBacklog",
    "DaNotIncluded",
    "VolumeFills",
    "VolumeFills",
  ];
  expect(names(raft)).toEqual([...all, ...proxies, ...mesh, ...da]);
  expect(names({ execution: evm })).toEqual([
    ...all.slice(0, 5),
    "ExecutionDown",
    ...all.slice(5),
    ...proxies,
    ...mesh,
    ...da,
  ]);
  const pair = all.map(name => (name === "NoQuorum" ? "BothDown" : name));
  const agents = ["LeaseLost", "LeaseRenewalsFail", "LeaseAgentDown"];
  expect(names(lease)).toEqual([...pair, ...proxies, "MeshPeerUnreachable", ...agents, ...da]);
  const ofConductors = ["MemberUnhealthy", "UnhealthyLeaders", "LeaderCannotStart", "ConductorDown"];
  expect(names({ ...conductor, certificate: false })).toEqual([
    ...[...all.slice(0, 5), "ExecutionDown", ...all.slice(5), ...proxies, "MeshPeerUnreachable", ...ofConductors],
    ...["SafeHeadBehind", "SafeHeadBehind", "ConnectionDropped", "VolumeFills", "VolumeFills"],
    ...["BatcherDown", "BatcherStuck"],
  ]);
  expect(names({ certificate: false }).filter(name => name.startsWith("MeshCert"))).toEqual([]);
  expect(names(single)).toEqual([
    ...["NoBlocks", "Down", "Restarts"],
    ...["DaFailures", "DaBacklog", "DaNotIncluded", "VolumeFills", "VolumeFills"],
  ]);
  expect(names(singleOpStack)).toEqual([
    ...["NoBlocks", "Down", "Restarts", "ExecutionDown", "SafeHeadBehind", "SafeHeadBehind"],
    ...["ConnectionDropped", "VolumeFills", "VolumeFills", "BatcherDown", "BatcherStuck"],
  ]);
});

test("a single OP Stack sequencer has nothing of proxies, other members or op-conductor", () => {
  const text = JSON.stringify([rulesOf(singleOpStack), dashboardOf(singleOpStack)]);
  expect(text).toContain("op_node_default_refs_number");
  expect(text).not.toMatch(/seq-proxy|op_conductor|evnode|certificate|prox(y|ies) /i);
  expect(rule("Down", singleOpStack)?.annotations.runbook_url).toBe(`${RUNBOOKS}/leader-down.md#single`);
});

test("alerts link to the runbooks of the props, with or without a slash at the end", () => {
  for (const runbookBase of ["https://example.com/a", "https://example.com/a/"]) {
    const [first] = rulesOf({ runbookBase });
    expect(first?.annotations.runbook_url).toBe("https://example.com/a/leader-down.md#no-blocks");
  }
});

test("fails for a link that leads nowhere", () => {
  expect(() => rulesOf({ runbookBase: "docs/runbooks" })).toThrow(
    'runbookBase: "docs/runbooks" is no http or https URL: the links of alerts would lead nowhere' +
      " → use the address of docs/runbooks in your repository, or of your own runbooks",
  );
});

test("the operator's labels are on all objects, and the dashboard can be left out", () => {
  const labels = { release: "prometheus" };
  for (const { metadata } of objects({ labels })) expect(metadata).toMatchObject({ namespace: "ns", labels });
  expect(objects({ dashboard: false }).map(({ kind }) => kind)).not.toContain("ConfigMap");
});

describe.each(modes)("the dashboard of %s", (_, props) => {
  const dashboard = dashboardOf(props);

  test("is one that Grafana's sidecar takes", () => {
    expect(objectOf("ConfigMap", props, "seq-dashboard").metadata.labels).toEqual({ grafana_dashboard: "1" });
    expect(dashboard).toMatchObject({
      schemaVersion: 39,
      title: "Sequencer ns/seq",
      uid: expect.stringMatching(/^[\w-]{1,40}$/),
    });
    expect(JSON.stringify(dashboard).length).toBeLessThan(50_000);
  });

  test("has panels side by side, each with queries of its own", () => {
    const taken = new Set<string>();
    for (const { id, gridPos, targets, title } of dashboard.panels) {
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }: { refId: string }) => refId)).size).toBe(targets.length);
      expect(`${title} ${gridPos.x + gridPos.w <= 24}`).toBe(`${title} true`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken).not.toContain(`${x},${y}`);
          taken.add(`${x},${y}`);
        }
      }
      expect(id).toBeGreaterThan(0);
    }
  });
});

test("blocks have to reach L1 later where batches are sent less often", () => {
  const behind = (props: Props) => rule("SafeHeadBehind", props)?.expr.match(/> (\d+)$/)?.[1];
  expect(behind({ ...conductor, submitters: [] })).toBe("1800");
  expect(behind(conductor)).toBe("2100");
  expect(behind({ ...conductor, blockTimeMs: 2000 })).toBe("1050");
});

test("nothing in the release is a template to Terraform", () => {
  for (const [, props] of modes) expect(JSON.stringify(objects(props))).not.toMatch(/[$%]\{/);
});

test("the rules alone are to be had for other ways of deploying", () => {
  expect(sequencerAlerts({ ...raft, certificate: true }, RUNBOOKS)).toEqual(rulesOf());
});
