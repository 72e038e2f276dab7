import { type Host, hostOf, hostProblem, hostWarnings } from "../../../../constructs/kubernetes/network/host";

const DOMAIN = "cluster.local";
const cluster = (namespace: string, port = 80): Host => ({ kind: "cluster", namespace, port });
const named = (name: string, port = 80): Host => ({ kind: "name", name, port });
const at = (cidr: string, port = 80): Host => ({ kind: "address", cidr, port });

test.each<[string, Host]>([
  ["http://geth.l1.svc", cluster("l1")],
  ["http://geth.l1.svc:8545/path?query", cluster("l1", 8545)],
  ["https://geth.l1.svc", cluster("l1", 443)],
  ["http://GETH.L1.SVC", cluster("l1")],
  ["http://geth.l1.svc.", cluster("l1")],
  ["http://geth.l1.svc.cluster.local", cluster("l1")],
  ["http://geth.l1.svc.cluster.local.:8545", cluster("l1", 8545)],
  ["http://geth-0.geth.l1.svc:8545", cluster("l1", 8545)],
  ["http://geth-0.geth.l1.svc.cluster.local", cluster("l1")],
  ["http://10-1-2-3.l1.pod.cluster.local", cluster("l1")],
  ["http://l1.ns", named("l1.ns")],
  ["https://rpc.example.org", named("rpc.example.org", 443)],
  ["http://geth.l1.svc.example.org", named("geth.l1.svc.example.org")],
  ["http://svc.example.org", named("svc.example.org")],
  ["http://10.1.2.3:8545", at("10.1.2.3/32", 8545)],
  ["https://203.0.113.9", at("203.0.113.9/32", 443)],
  ["http://0x0a010203", at("10.1.2.3/32")],
  ["http://[fd00::1]:8545", at("fd00::1/128", 8545)],
  ["http://boot:8080", { kind: "incomplete", port: 8080 }],
  ["http://localhost", { kind: "incomplete", port: 80 }],
  ["http://l1.svc", { kind: "incomplete", port: 80 }],
  ["http://l1.svc.cluster.local", { kind: "incomplete", port: 80 }],
  ["http://geth.cluster.local", { kind: "incomplete", port: 80 }],
])("%s", (url, host) => {
  expect(hostOf(url, DOMAIN)).toEqual(host);
});

test("a cluster with a domain of its own", () => {
  expect(hostOf("http://geth.l1.svc.k8s.example", "k8s.example")).toEqual(cluster("l1"));
  expect(hostOf("http://geth.l1.svc", "k8s.example")).toEqual(cluster("l1"));
  expect(hostOf("http://geth.l1.svc.cluster.local", "k8s.example")).toEqual(named("geth.l1.svc.cluster.local"));
});

test("fails for a host of one label, and for a name of the cluster without its namespace", () => {
  for (const url of ["http://boot:8080", "http://l1.svc"]) {
    expect(hostProblem(url, DOMAIN)).toEqual({
      message: `"${url}" has no full host name: NetworkPolicies need to know where it leads`,
      remedy: "write <service>.<namespace>.svc for a Service, or the whole name",
    });
  }
  for (const url of ["http://l1.ns", "http://geth.l1.svc", "http://10.1.2.3"]) {
    expect(hostProblem(url, DOMAIN)).toBeUndefined();
  }
});

const MAY = "may have a private address, which the NetworkPolicy denies: name its addresses in l1";

test.each<[string, string[]]>([
  ["http://l1.ns:8545", ["l1.ns is taken for a host outside of the cluster: Service l1 of namespace ns is l1.ns.svc"]],
  ["https://geth.corp.internal", [`geth.corp.internal ${MAY}`]],
  ["https://x.privatelink.example.net", [`x.privatelink.example.net ${MAY}`]],
  ["http://geth.example.org:8545", [`geth.example.org ${MAY}`]],
  [
    "https://geth.l1.svc.k8s.example",
    [`geth.l1.svc.k8s.example ${MAY}, or set the cluster's domain, which is cluster.local now`],
  ],
  ["https://rpc.example.org", []],
  ["http://geth.l1.svc", []],
  ["http://10.1.2.3:8545", []],
])("what is said of %s", (url, warnings) => {
  expect(hostWarnings([url, url], "l1", DOMAIN)).toEqual(warnings);
});
