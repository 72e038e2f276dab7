import { ALL_BUT_METADATA, INTERNET } from "../../constructs/kubernetes/network/internet";
import type { KubernetesObject } from "../../manifests/objects";
import { POD_NAME } from "../../manifests/read/labels";
import type { PolicySpec } from "../../manifests/read/policy";
import { topologyOf } from "../../report/topology";
import { portsText } from "../../report/words";

const labels = (name: string) => ({ app: name });

function deployment(name: string, container: object = {}, pod: object = {}): KubernetesObject {
  const spec = {
    containers: [{ name: "main", image: "image:1", ...container }],
    automountServiceAccountToken: false,
    ...pod,
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "net" },
    spec: { selector: { matchLabels: labels(name) }, template: { metadata: { labels: labels(name) }, spec } },
  };
}

const service = (name: string, ports: object[], spec: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "net" },
  spec: { selector: labels(name), ports, ...spec },
});

const policy = (name: string, spec: Partial<PolicySpec>): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "net" },
  spec: { podSelector: { matchLabels: labels(name) }, ...spec },
});

const env = (name: string, value: string) => ({ env: [{ name, value }] });
const from = (name: string) => ({ podSelector: { matchLabels: labels(name) } });

/** Each connection as a line. */
function lines(...objects: KubernetesObject[]): string[] {
  const { connections } = topologyOf([{ objects, releases: [] }]);
  return connections.map(
    ({ from, kind, to, ports, verdict, rules }) =>
      `${from.name} ${kind} ${to.name} at ${portsText(ports)}: ${[verdict, ...rules].join(", ")}`,
  );
}

const web = service("web", [{ port: 80, targetPort: "http" }]);
const server = deployment("web", { ports: [{ name: "http", containerPort: 8080 }] });
const client = deployment("client", env("URL", "http://web.net.svc.cluster.local/path"));
const deny = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const mayCall = policy("client", { policyTypes: ["Egress"], egress: [{ to: [from("web")] }] });
const mayBeCalled = (port: number | string) =>
  policy("web", { ingress: [{ from: [from("client")], ports: [{ port }] }] });

test("a call that configuration makes is allowed by a rule of each side, at the port of the pods", () => {
  const call = "client calls web at 80 TCP:";
  expect(lines(server, web, client)).toEqual([`${call} open`]);
  expect(lines(server, web, client, deny, mayCall, mayBeCalled(8080))).toEqual([
    `${call} allowed, client egress 1, web ingress 1`,
  ]);
  expect(lines(server, web, client, deny, mayCall, mayBeCalled(80))).toEqual([`${call} denied, client egress 1`]);
});

test("a Service for one pod is its StatefulSet's as long as that has the pod", () => {
  const one = service("web-1", [{ port: 80 }], { selector: { ...labels("web"), [POD_NAME]: "web-1" } });
  const caller = deployment("client", env("URL", "http://web-1.net.svc"));
  const replicas = (count: number) => ({
    ...server,
    kind: "StatefulSet",
    spec: { ...(server.spec as object), replicas: count },
  });
  expect(lines(replicas(2), one, caller)).toEqual(["client calls web at 80 TCP: open"]);
  expect(lines(replicas(1), one, caller)).toEqual(["client calls net at 80 TCP: open"]);
});

test("a policy taken away forbids what it allowed, on either side", () => {
  const call = "client calls web at 80 TCP:";
  expect(lines(server, web, client, deny, mayCall)).toEqual([`${call} denied, client egress 1`]);
  expect(lines(server, web, client, deny, mayBeCalled(8080))).toEqual([`${call} denied, web ingress 1`]);
  expect(lines(server, web, client, deny)).toEqual([`${call} denied`]);
});

test.each<[string, object, string[]]>([
  ["a URL outside", env("URL", "https://l1.example.com/key"), ["client calls l1.example.com at 443 TCP: open"]],
  [
    "two URLs of another namespace",
    env("URLS", "http://a.l1.svc:1,http://b.l1.svc:2"),
    ["client calls l1 at 1, 2 TCP: open"],
  ],
  [
    "an address that only the cluster knows",
    env("A", "<clusterIP of Service net/web>"),
    ["client calls web at 80 TCP: open"],
  ],
  ["an argument", { args: ["--url=http://web.net.svc:80"] }, ["client calls web at 80 TCP: open"]],
  ["its own loopback", env("URL", "http://127.0.0.1:8080"), []],
])("%s is found in a container", (_, container, found) => {
  expect(lines(server, web, deployment("client", container))).toEqual(found);
});

test("a proxy calls the servers of its configuration, also at the port of the check; programs do not count", () => {
  const configuration: KubernetesObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "proxy", namespace: "net" },
    data: {
      "haproxy.cfg":
        'backend b\n  server web "${WEB}:80" check port 81 inter 1s\n' +
        "  server da.example.com:443 da.example.com:443 ssl\n",
      "program.mjs": "// see https://docs.example.com/ and http://web.net.svc:9999",
    },
  };
  const mount = { volumeMounts: [{ name: "config", mountPath: "/config" }] };
  const proxy = deployment(
    "proxy",
    { ...env("WEB", "<clusterIP of Service net/web>"), ...mount },
    { volumes: [{ name: "config", configMap: { name: "proxy" } }] },
  );
  const both = service("web", [{ port: 80 }, { port: 81 }]);
  expect(lines(server, both, proxy, configuration)).toEqual([
    "proxy calls web at 80, 81 TCP: open",
    "proxy calls da.example.com at 443 TCP: open",
  ]);
});

test.each<[string, PolicySpec["egress"], string]>([
  ["everywhere", [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }], "allowed, client egress 1"],
  ["at its port", [{ ports: [{ port: 400, endPort: 500 }] }], "allowed, client egress 1"],
  ["at another port", [{ ports: [{ port: 444 }] }], "denied"],
  ["by another protocol", [{ ports: [{ port: 443, protocol: "UDP" }] }], "denied"],
  ["at addresses that may be its own", [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }], "depends, client egress 1"],
  ["to pods alone", [{ to: [from("web")] }], "denied"],
  ["to the internet", [{ to: INTERNET, ports: [{ port: 443 }] }], "allowed, client egress 1"],
  ["to all but metadata services", [{ to: ALL_BUT_METADATA }], "allowed, client egress 1"],
])("a host outside is asked for: a rule %s", (_, egress, verdict) => {
  const caller = deployment("client", env("URL", "https://l1.example.com"));
  const found = lines(caller, policy("client", { policyTypes: ["Egress"], egress }));
  expect(found).toContain(`client calls l1.example.com at 443 TCP: ${verdict}`);
});

test.each<[string, PolicySpec["egress"], string]>([
  ["203.0.113.9", [{ to: INTERNET }], "allowed, client egress 1"],
  ["10.1.2.3", [{ to: INTERNET }], "denied"],
  ["10.1.2.3", [{ to: ALL_BUT_METADATA }], "allowed, client egress 1"],
  ["169.254.169.254", [{ to: ALL_BUT_METADATA }], "denied"],
  ["10.1.2.3", [{ to: [{ ipBlock: { cidr: "10.1.2.3/32" } }], ports: [{ port: 443 }] }], "allowed, client egress 1"],
])("the address %s is asked for", (address, egress, verdict) => {
  const caller = deployment("client", env("URL", `https://${address}`));
  const found = lines(caller, policy("client", { policyTypes: ["Egress"], egress }));
  expect(found).toContain(`client calls ${address} at 443 TCP: ${verdict}`);
});

test("callers from outside are those whom rules let in", () => {
  const named = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
  const open = policy("web", {
    ingress: [
      { from: [named("apps"), { ...named("ops"), ...from("probe") }], ports: [{ port: 8080 }] },
      { from: [{ ipBlock: { cidr: "203.0.113.0/24" } }] },
      { ports: [{ port: 9090 }] },
    ],
  });
  expect(lines(server, web, open)).toEqual([
    "apps may call web at 8080 TCP: allowed, web ingress 1",
    "ops may call web at 8080 TCP: allowed, web ingress 1",
    "203.0.113.0/24 may call web at every port: allowed, web ingress 2",
    "anyone may call web at 9090 TCP: allowed, web ingress 3",
  ]);
});

test("pods that a chart makes are those of the policies, and both sides' rules count", () => {
  const store = policy("store", {
    policyTypes: ["Ingress"],
    ingress: [{ from: [from("front")], ports: [{ port: 8443 }] }],
  });
  const front = policy("front", {
    policyTypes: ["Egress"],
    egress: [{ to: [from("store")], ports: [{ port: 8443 }] }],
  });
  const job = deployment("job", env("URL", "https://chart-store.net.svc"));
  expect(lines(store, front)).toEqual(["front may call store at 8443 TCP: allowed, front egress 1, store ingress 1"]);
  expect(lines(deny, store)).toEqual(["front may call store at 8443 TCP: denied, store ingress 1"]);
  expect(lines(deny, store, job)).toContain("job calls store at 443 TCP: denied");
});

test("a pod with a token calls the API server, at the better one of its ports", () => {
  const holder = deployment("client", {}, { automountServiceAccountToken: true });
  const reaching = (port: number) => policy("client", { policyTypes: ["Egress"], egress: [{ ports: [{ port }] }] });
  expect(lines(holder, reaching(6443))).toEqual(["client calls API server at 6443 TCP: allowed, client egress 1"]);
  expect(lines(holder, reaching(80))).toEqual(["client calls API server at 443, 6443 TCP: denied"]);
  const rules = (...rules: PolicySpec["egress"] & object) =>
    policy("client", { policyTypes: ["Egress"], egress: rules });
  const server = { to: [{ ipBlock: { cidr: "10.0.0.5/32" } }], ports: [{ port: 8443 }] };
  const depends = (port: number) => `client calls API server at ${port} TCP: depends, client egress 1`;
  expect(lines(holder, rules(server))).toEqual([depends(8443)]);
  expect(lines(holder, rules({ to: INTERNET, ports: [{ port: 443 }] }))).toEqual([depends(443)]);
  expect(lines(holder, rules({ to: ALL_BUT_METADATA, ports: [{ port: 6443 }] }))).toEqual([
    "client calls API server at 6443 TCP: allowed, client egress 1",
  ]);
  const busy = deployment("client", env("URL", "https://l1.example.com:8443"), { automountServiceAccountToken: true });
  expect(lines(busy, rules(server))).toContain("client calls API server at 443, 6443 TCP: denied");
});

test("a rule for every address opens pods at its ports, and one for the internet or some addresses does not", () => {
  const other = deployment("client", env("URL", "http://geth.l1.svc:8545"));
  const to = (blocks: PolicySpec["egress"] & object) => policy("client", { policyTypes: ["Egress"], egress: blocks });
  const call = (...blocks: PolicySpec["egress"] & object) => lines(server, web, client, to(blocks))[0];
  const denied = "client calls web at 80 TCP: denied";
  expect(call({ to: ALL_BUT_METADATA, ports: [{ port: 8080 }] })).toBe(
    "client calls web at 80 TCP: allowed, client egress 1",
  );
  expect(call({ to: ALL_BUT_METADATA, ports: [{ port: 443 }] })).toBe(denied);
  expect(call({ to: INTERNET, ports: [{ port: 8080 }] })).toBe(denied);
  expect(call({ to: [{ ipBlock: { cidr: "10.0.0.5/32" } }] })).toBe(denied);
  // The pods' port behind a Service of others is not known, and such a rule names nobody.
  expect(lines(other, to([{ to: ALL_BUT_METADATA, ports: [{ port: 443 }] }]))).toEqual([
    "client calls l1 at 8545 TCP: denied",
  ]);
});

test("policies have no effect on the network of a host", () => {
  const onHost = deployment("client", env("URL", "https://l1.example.com"), { hostNetwork: true });
  expect(lines(onHost, deny)).toEqual(["client calls l1.example.com at 443 TCP: open"]);
});

test("expressions of selectors are understood", () => {
  const chosen = policy("web", {
    podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] },
    ingress: [
      { from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["client"] }] } }] },
    ],
  });
  expect(lines(server, web, client, chosen)).toEqual(["client calls web at 80 TCP: denied"]);
});
