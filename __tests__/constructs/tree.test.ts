import { Announce, type Bootnodes, BootstrapNode, FullNode, NetworkNamespace, P2pMonitoring } from "../../constructs";
import { HelmProvider } from "../../constructs/kubernetes/framework/provider";
import { type Construct, TerraformResource } from "../../constructs/kubernetes/framework/terraform";
import { manifestsOf, terraformOf } from "../../testing";
import { base, newStack } from "./fixtures";

const runbookBase = "https://runbooks.example.org";

/** Paths of all resources: they are the addresses in Terraform's state, so that a moved one is a destroyed one. */
const paths = (scope: Construct) =>
  scope.node
    .findAll()
    .filter(TerraformResource.isTerraformResource)
    .map(({ node }) => node.path);

test("the construct tree is a contract: ids do not move", () => {
  const stack = newStack();
  new NetworkNamespace(stack, "Namespace", { name: "net" });
  const boot = new BootstrapNode(stack, "Boot", { ...base, replicas: 2 });
  new FullNode(stack, "Full", { ...base, bootnodes: [boot] });
  new FullNode(stack, "Archive", { ...base, storage: {}, bootnodes: [boot] });
  new P2pMonitoring(stack, "Monitoring", { namespace: "net", runbookBase });
  expect(paths(stack)).toMatchInlineSnapshot(`
[
  "test/Namespace/Resource",
  "test/Namespace/DefaultDeny",
  "test/Boot/ServiceAccount",
  "test/Boot/Scripts/Resource",
  "test/Boot/Rpc",
  "test/Boot/P2p/0",
  "test/Boot/P2p/1",
  "test/Boot/DisruptionBudget",
  "test/Boot/NetworkPolicy/Resource",
  "test/Boot/Enr/Resource",
  "test/Boot/Enr/Role",
  "test/Boot/Enr/RoleBinding",
  "test/Boot/Workload/Headless",
  "test/Boot/Workload/Resource",
  "test/Full/ServiceAccount",
  "test/Full/Scripts/Resource",
  "test/Full/Rpc",
  "test/Full/DisruptionBudget",
  "test/Full/NetworkPolicy/Resource",
  "test/Full/Workload",
  "test/Archive/ServiceAccount",
  "test/Archive/Scripts/Resource",
  "test/Archive/Rpc",
  "test/Archive/DisruptionBudget",
  "test/Archive/NetworkPolicy/Resource",
  "test/Archive/Workload/Headless",
  "test/Archive/Workload/Resource",
  "test/Monitoring/Objects/Resource",
]
`);
});

test("overrides of the L1 resources land in the manifests", () => {
  const stack = newStack();
  const boot = new BootstrapNode(stack, "Boot", base);
  const full = new FullNode(stack, "Full", base);
  boot.statefulSet.addOverride("spec.template.spec.priority_class_name", "network-edge");
  boot.p2pServices.services[0]?.addOverride("spec.session_affinity", "ClientIP");
  full.deployment?.addOverride("spec.min_ready_seconds", 30);
  const { objects } = manifestsOf(stack);
  const spec = (kind: string, name: string) =>
    objects.find(object => object.kind === kind && object.metadata.name === name)?.spec;
  expect(spec("StatefulSet", "boot")).toMatchObject({ template: { spec: { priorityClassName: "network-edge" } } });
  expect(spec("Service", "boot-p2p")).toMatchObject({ sessionAffinity: "ClientIP" });
  expect(spec("Deployment", "full")).toMatchObject({ minReadySeconds: 30 });
});

test("another construct can be joined by implementing Bootnodes", () => {
  const stack = newStack();
  const elsewhere: Bootnodes = {
    bootnodes: { kind: "url", urls: ["http://boot.other.svc:8080"], attempts: 1, timeout: "1s", require: "any" },
  };
  new FullNode(stack, "Full", { ...base, bootnodes: [elsewhere] });
  const pod = manifestsOf(stack).objects.find(({ kind }) => kind === "Deployment")?.spec as {
    template: { spec: { initContainers: { env: { name: string; value?: string }[] }[] } };
  };
  const [gate] = pod.template.spec.initContainers;
  const targets = gate?.env.find(({ name }) => name === "GATE_TARGETS")?.value ?? "";
  expect(JSON.parse(targets)).toMatchObject([{ url: "http://boot.other.svc:8080" }]);
});

test.each([
  [false, "restricted"],
  [true, "privileged"],
])("a namespace with host access %s enforces Pod Security %s", (hostAccess, level) => {
  const stack = newStack();
  new NetworkNamespace(stack, "Namespace", { name: "net", hostAccess });
  const [namespace, policy] = manifestsOf(stack).objects;
  expect(namespace?.metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": level });
  expect(policy).toMatchObject({
    kind: "NetworkPolicy",
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
});

test("monitoring is a Helm release of the objects it is given", () => {
  const stack = newStack();
  new HelmProvider(stack, "Helm");
  new P2pMonitoring(stack, "Monitoring", { namespace: "net", runbookBase, labels: { release: "prometheus" } });
  const [release] = manifestsOf(stack).releases;
  expect(release).toMatchObject({ name: "p2p-monitoring", namespace: "net" });
  expect(release?.values).toMatchObject({
    objects: [{ kind: "PodMonitor" }, { kind: "PrometheusRule", metadata: { labels: { release: "prometheus" } } }],
  });
});

test("scripts reach Terraform with its template signs escaped", () => {
  const stack = newStack();
  const { scripts } = new BootstrapNode(stack, "Boot", base);
  const text = JSON.stringify(terraformOf(stack));
  expect(text).toContain("$${ANNOUNCE_MODE:-}");
  expect(text).not.toMatch(/[^$]\$\{ANNOUNCE_MODE/);
  expect(scripts.configMap.friendlyUniqueId).toContain("Boot_Scripts");
});

test("a public address shows in one line", () => {
  expect(String(Announce.address(["203.0.113.7", "203.0.113.8"]))).toBe(
    "address 203.0.113.7, 203.0.113.8:40400 via loadBalancer",
  );
});
