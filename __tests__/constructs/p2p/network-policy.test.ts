import { Announce, aztec, Bootnodes, BootstrapNode, FullNode, type FullNodeProps } from "../../../constructs";
import { ALL_BUT_METADATA, INTERNET, INTERNET_V4 } from "../../../constructs/kubernetes/network/internet";
import { warningsOf } from "../../../testing";
import { base, enrOf, IMAGE, newStack, synth } from "../fixtures";

const PEERS = { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "rollup-network-p2p" } } };
const tcp = (port: number) => ({ protocol: "TCP", port });
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

/** With a filled CRS, or every node would have the rule for its hosts too. */
const policy = (props: Partial<FullNodeProps> = {}) =>
  synth(stack => new FullNode(stack, "Full", { ...base, crs: { claim: "crs" }, ...props })).get("NetworkPolicy", "full")
    .spec;

test("a node that has its CRS talks to its peers and to DNS, and to nobody else", () => {
  const { ingress, egress } = policy();
  expect(ingress).toEqual([
    {
      ports: [
        { protocol: "TCP", port: 40400 },
        { protocol: "UDP", port: 40400 },
      ],
      from: [PEERS],
    },
  ]);
  expect(egress).toHaveLength(2);
  expect(egress[0].ports.map(({ port }: { port: number }) => port)).toEqual([53, 53]);
  expect(egress[1]).toEqual({ to: [PEERS] });
});

test("the policy selects the pods it is for", () => {
  const { get } = synth(stack => new FullNode(stack, "Full", base));
  const labels = get("Deployment", "full").spec.template.metadata.labels;
  expect(labels).toMatchObject(get("NetworkPolicy", "full").spec.podSelector.matchLabels);
  expect(labels).toMatchObject(PEERS.podSelector.matchLabels);
});

test("a public node is open to the internet on its p2p port, and closed to private ranges outside", () => {
  const { ingress, egress } = policy({ announce: Announce.publicIp() });
  expect(ingress[0]).not.toHaveProperty("from");
  expect(egress[2]).toEqual({ to: [INTERNET_V4] });
});

test("bootnodes with public addresses open the internet, those with private ones their address and port", () => {
  expect(policy({ bootnodes: [Bootnodes.fromEnrs([enrOf("203.0.113.1")])] }).egress.slice(2)).toEqual([
    { to: [INTERNET_V4] },
  ]);
  const { ingress, egress } = policy({ bootnodes: [Bootnodes.fromEnrs([enrOf("10.96.7.7", 40444)])] });
  expect(egress.slice(2)).toEqual([
    { ports: [tcp(40444), { protocol: "UDP", port: 40444 }], to: [{ ipBlock: { cidr: "10.96.7.7/32" } }] },
  ]);
  expect(ingress[0].from).toEqual([PEERS]);
});

test("bootnodes asked outside are reached at their port, their network on the internet unless peers name it", () => {
  const bootnodes = [Bootnodes.fromUrl("https://boot.example.org:8080")];
  const asked = { ports: [tcp(8080)], to: INTERNET };
  expect(policy({ bootnodes }).egress.slice(2)).toEqual([{ to: [INTERNET_V4] }, asked]);
  expect(policy({ bootnodes }).ingress[0].from).toEqual([PEERS]);
  const elsewhere = { ipBlock: { cidr: "10.1.0.0/16" } };
  const named = policy({ bootnodes, networkAccess: { peers: [{ cidr: "10.1.0.0/16" }] } });
  expect(named.egress.slice(1)).toEqual([{ to: [PEERS, elsewhere] }, asked]);
  expect(named.ingress[0].from).toEqual([PEERS, elsewhere]);
});

test("bootnodes asked inside the cluster are reached by namespace", () => {
  const bootnodes = [Bootnodes.fromUrl(["http://boot.other.svc.cluster.local:8080", "http://boot.net.svc:8080"])];
  expect(policy({ bootnodes }).egress.slice(1)).toEqual([{ to: [PEERS, namespace("other")] }]);
});

test("no rule opens a port anywhere: whatever a node is wired to, an address block leaves metadata out", () => {
  const software = aztec({ image: IMAGE, network: "devnet", l1ExecutionUrls: ["http://l1.example.org:8545"] });
  const bootnodes = [Bootnodes.fromUrl("http://boot.example.org:8080"), Bootnodes.fromEnrs([enrOf("10.96.7.7")])];
  const secretEnv = { L1_CONSENSUS_HOST_URLS: { secret: "l1", key: "url" } };
  const { egress } = policy({ software, bootnodes, secretEnv, announce: Announce.podIp() });
  for (const { to } of egress) {
    expect(to).not.toHaveLength(0);
    for (const { ipBlock } of to.filter((peer: { ipBlock?: object }) => peer.ipBlock)) {
      if (ipBlock.cidr === "0.0.0.0/0") expect(ipBlock.except).toContain("168.63.129.16/32");
      else expect(ipBlock.cidr).toMatch(/^2000::\/3$|\/32$/);
    }
  }
});

test("a node says which of its endpoints may be denied", () => {
  const warned = (props: Partial<FullNodeProps>) => {
    const stack = newStack();
    new FullNode(stack, "Full", { ...base, ...props });
    return warningsOf(stack);
  };
  const software = aztec({ image: IMAGE, l1ExecutionUrls: ["http://geth.corp.internal:8545", "http://l1.ns"] });
  expect(warned({ software })).toEqual([
    "geth.corp.internal may have a private address, which the NetworkPolicy denies: name its addresses in l1",
    "l1.ns is taken for a host outside of the cluster: Service l1 of namespace ns is l1.ns.svc",
  ]);
  expect(warned({ software, networkAccess: { l1: ["10.1.2.3/32"] } })).toEqual([]);
  expect(warned({ software, networkAccess: false })).toEqual([]);
  const alone = (address: string) =>
    `peers not set: of the network of ${address}, a private address, the NetworkPolicy opens this address alone`;
  const bootnodes = [
    Bootnodes.fromEnrs([enrOf("10.96.7.7"), enrOf("203.0.113.1")]),
    Bootnodes.fromUrl(["http://boot.corp.internal:8080", "http://10.1.2.3:8080"]),
  ];
  expect(warned({ bootnodes })).toEqual([
    "boot.corp.internal may have a private address, which the NetworkPolicy denies: name its addresses in peers",
    alone("10.96.7.7"),
    alone("10.1.2.3"),
  ]);
  expect(warned({ bootnodes, networkAccess: { peers: [{ cidr: "10.0.0.0/8" }] } })).toEqual([]);
});

test("fails for hosts of one label, unless there is no policy", () => {
  const l1 = (clusterDomain?: string): Partial<FullNodeProps> => ({
    software: aztec({ image: IMAGE, l1ExecutionUrls: ["http://geth.l1.svc", "http://geth"] }),
    bootnodes: [Bootnodes.fromUrl(["http://boot.other.svc", "http://boot"])],
    ...(clusterDomain && { clusterDomain }),
  });
  expect(() => policy(l1())).toThrow(
    /upstreams.node\[1\]: "http:\/\/geth" .*\n.*bootnodes\[0\].urls\[1\]: "http:\/\/boot"/,
  );
  expect(() => synth(stack => new FullNode(stack, "Full", { ...base, ...l1(), networkAccess: false }))).not.toThrow();
});

test("a named network's peers are anywhere on the internet, at any port; its configuration is there, too", () => {
  const software = aztec({ image: IMAGE, network: "devnet", l1ExecutionUrls: ["http://l1.example.org:5052"] });
  const { get } = synth(
    stack => new BootstrapNode(stack, "Boot", { ...base, software, networkAccess: { apiServer: ["10.0.0.1/32"] } }),
  );
  expect(get("NetworkPolicy", "boot").spec.egress).toContainEqual({ to: INTERNET.slice(0, 1) });
});

test("the addresses of L1 close the way to L1 alone, and are of no use to a bootstrap node", () => {
  const software = aztec({ image: IMAGE, network: "devnet", l1ExecutionUrls: ["http://l1.example.org:8545"] });
  const networkAccess = { l1: ["198.51.100.0/24"], peers: [{ cidr: "10.1.0.0/16" }], apiServer: ["10.0.0.1/32"] };
  const { egress } = policy({
    software,
    networkAccess,
    bootnodes: [Bootnodes.fromUrl("http://boot.example.org:8081")],
  });
  expect(egress.slice(2)).toEqual([
    { to: INTERNET.slice(0, 1) },
    // It is asked over IPv6, too, as peers are not.
    { ports: [tcp(8081)], to: INTERNET },
    { ports: [tcp(8545)], to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] },
  ]);
  const { get } = synth(stack => new BootstrapNode(stack, "Boot", { ...base, software, networkAccess }));
  expect(JSON.stringify(get("NetworkPolicy", "boot"))).not.toContain("198.51.100.0/24");
});

test("a bootstrap node's RPC is for peers elsewhere, who ask for its ENR, not for the nodes' clients", () => {
  const networkAccess = { peers: [{ namespace: "provers" }], rpcClients: [{ namespace: "apps" }] };
  const { get } = synth(stack => new BootstrapNode(stack, "Boot", { ...base, networkAccess }));
  expect(get("NetworkPolicy", "boot").spec.ingress[1]).toEqual({
    ports: [{ protocol: "TCP", port: 8080 }],
    from: [namespace("provers")],
  });
});

test("the agent of a bootstrap node may reach the API server, where the props say or else on its ports", () => {
  const egress = (networkAccess: object) =>
    synth(stack => new BootstrapNode(stack, "Boot", { ...base, networkAccess })).get("NetworkPolicy", "boot").spec
      .egress[2];
  expect(egress({})).toEqual({ ports: [tcp(443), tcp(6443)], to: ALL_BUT_METADATA });
  const to = [{ ipBlock: { cidr: "10.0.0.1/32" } }];
  expect(egress({ apiServer: ["10.0.0.1/32"] })).toEqual({ ports: [tcp(443), tcp(6443)], to });
  expect(egress({ apiServer: ["10.0.0.1/32"], apiServerPorts: [8443] })).toEqual({ ports: [tcp(8443)], to });
});

test("L1 endpoints inside the cluster are reached by namespace, names on the internet, addresses at theirs", () => {
  const urls = [
    "http://execution-0.execution.l1.svc:8545",
    "https://l1.example.org",
    "http://l1.example.org:5052",
    "http://10.1.2.3:8545",
  ];
  const software = aztec({ image: IMAGE, l1ExecutionUrls: urls });
  expect(policy({ software }).egress.slice(2)).toEqual([
    { ports: [tcp(8545)], to: [namespace("l1")] },
    { ports: [tcp(443), tcp(5052)], to: INTERNET },
    { ports: [tcp(8545)], to: [{ ipBlock: { cidr: "10.1.2.3/32" } }] },
  ]);
  expect(policy({ software, networkAccess: { l1: ["198.51.100.0/24"] } }).egress.slice(2)).toEqual([
    { ports: [tcp(8545)], to: [namespace("l1")] },
    { ports: [tcp(8545), tcp(443), tcp(5052)], to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] },
  ]);
});

test("endpoints from Secrets are reached on 443, and on another port where egress names it", () => {
  const secretEnv = { ETHEREUM_HOSTS: { secret: "l1", key: "url" } };
  expect(policy({ secretEnv }).egress.at(-1)).toEqual({ ports: [tcp(443)], to: INTERNET });
  const egress = [{ cidr: "10.1.2.3/32", ports: [8545] }];
  expect(policy({ secretEnv, networkAccess: { egress } }).egress.at(-1)).toEqual({
    ports: [tcp(8545)],
    to: [{ ipBlock: { cidr: "10.1.2.3/32" } }],
  });
});

test("peers elsewhere are called at their ports, TCP and UDP, and may still dial the node", () => {
  const udp = (port: number) => ({ protocol: "UDP", port });
  const networkAccess = { peers: [{ namespace: "open" }, { namespace: "limited", ports: [40400, 40500] }] };
  const { ingress, egress } = policy({ networkAccess });
  expect(ingress[0].from).toEqual([PEERS, namespace("open"), namespace("limited")]);
  expect(egress.slice(1)).toEqual([
    { to: [PEERS, namespace("open")] },
    { ports: [tcp(40400), udp(40400), tcp(40500), udp(40500)], to: [namespace("limited")] },
  ]);
});

test("clients, peers elsewhere, further destinations and monitoring are named", () => {
  const { ingress, egress } = policy({
    networkAccess: {
      rpcClients: [{ namespace: "apps", podLabels: { app: "web" } }],
      peers: [{ namespace: "provers" }, { cidr: "10.1.0.0/16" }],
      egress: [{ namespace: "telemetry" }],
      monitoring: "monitoring",
    },
  });
  expect(ingress[0].from).toEqual([PEERS, namespace("provers"), { ipBlock: { cidr: "10.1.0.0/16" } }]);
  expect(ingress[1]).toEqual({
    ports: [{ protocol: "TCP", port: 8080 }],
    from: [{ ...namespace("apps"), podSelector: { matchLabels: { app: "web" } } }],
  });
  expect(ingress[2]).toEqual({ ports: [{ protocol: "TCP", port: 9102 }], from: [namespace("monitoring")] });
  expect(egress.at(-1)).toEqual({ to: [namespace("telemetry")] });
});

test("no policy where none is wanted", () => {
  expect(synth(stack => new FullNode(stack, "Full", { ...base, networkAccess: false })).names("NetworkPolicy")).toEqual(
    [],
  );
});

test("URLs in the environment open the way there, unless they lead back into the pod", () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel.telemetry.svc:4318", NOTE: "see http, or not" };
  const more = { SNAPSHOTS: "https://a.example.org, https://b.example.org:8443", SELF: "http://127.0.0.1:8080" };
  expect(policy({ env: { ...env, ...more } }).egress.slice(2)).toEqual([
    { ports: [tcp(4318)], to: [namespace("telemetry")] },
    { ports: [tcp(443), tcp(8443)], to: INTERNET },
  ]);
});

test("URLs of other schemes open the way to their host and port", () => {
  const env = {
    A: "grpc://otel.telemetry.svc:4317",
    B: "postgres://db.data.svc/shop",
    C: "wss://l1.example.org, ws://l1.example.org:8546",
    D: "redis://10.1.2.3",
    NONE: "file:///data unix:///run/sock urn:a:b ws://localhost:1 ws://127.0.0.1:2 amqp://nowhere:0",
  };
  expect(policy({ env }).egress.slice(2)).toEqual([
    { ports: [tcp(4317)], to: [namespace("telemetry")] },
    { ports: [tcp(5432)], to: [namespace("data")] },
    { ports: [tcp(443), tcp(8546)], to: INTERNET },
    { ports: [tcp(6379)], to: [{ ipBlock: { cidr: "10.1.2.3/32" } }] },
  ]);
});

test("the targets of Secrets open the way there, those of L1 at its addresses", () => {
  const ref = { secret: "urls", key: "k" };
  const secretEnv = {
    ETHEREUM_HOSTS: { ...ref, targets: ["https://l1.example.org:8545"] },
    DATABASE: { ...ref, targets: ["postgres://db.data.svc"] },
    KEY: { ...ref, targets: [] },
  };
  const database = { ports: [tcp(5432)], to: [namespace("data")] };
  expect(policy({ secretEnv }).egress.slice(2)).toEqual([database, { ports: [tcp(8545)], to: INTERNET }]);
  const l1 = ["10.9.0.0/24"];
  expect(policy({ secretEnv, networkAccess: { l1 } }).egress.slice(2)).toEqual([
    database,
    { ports: [tcp(8545)], to: [{ ipBlock: { cidr: "10.9.0.0/24" } }] },
  ]);
  const unknown = { ...secretEnv, OTHER: ref };
  expect(policy({ secretEnv: unknown }).egress.slice(2)).toEqual([
    database,
    { ports: [tcp(8545), tcp(443)], to: INTERNET },
  ]);
});

test.each([
  "l1.example.org:8545",
  "https://l1",
  "grpc://l1.example.org",
  "https://a.example.org,https://b.example.org",
  "postgres://user:word@db.data.svc",
  "",
])("fails for a target that does not say where it leads: %j", target => {
  const secretEnv = { A: { secret: "s", key: "k", targets: [target] } };
  expect(() => policy({ secretEnv })).toThrow(
    `secretEnv.A.targets[0]: "${target}" does not say where it leads → give the URL without its secret`,
  );
});

test("a Service whose pods listen elsewhere is reached at the port of its pods", () => {
  const env = { COLLECTOR: "http://otel.telemetry.svc" };
  const networkAccess = { targetPorts: { "otel.telemetry.svc:80": 4318 } };
  expect(policy({ env, networkAccess }).egress.slice(2)).toEqual([
    { ports: [tcp(4318)], to: [namespace("telemetry")] },
  ]);
});

test("every pod reaches what the platform tells it of, and DNS for that", () => {
  const kubernetes = {
    env: { HTTPS_PROXY: "http://proxy.squid.svc.example.net:3128" },
    secretEnv: { DATABASE: { secret: "s", key: "k", targets: ["postgres://db.data.svc.example.net"] } },
    sidecars: [{ name: "shipper", image: "shipper:1", env: { LOKI: "http://10.1.2.3:3100" } }],
  };
  expect(policy({ kubernetes }).egress.slice(2)).toEqual([
    { ports: [tcp(3128)], to: [namespace("squid")] },
    { ports: [tcp(5432)], to: [namespace("data")] },
    { ports: [tcp(3100)], to: [{ ipBlock: { cidr: "10.1.2.3/32" } }] },
  ]);
});

test("what a policy cannot open for the environment is named in a warning", () => {
  const stack = newStack();
  const env = {
    COLLECTOR: "http://otel:4318",
    PRIVATE: "http://otel.corp.internal:4318",
    TRACES: "grpc://otel.example.org",
  };
  new FullNode(stack, "Full", { ...base, env });
  expect(warningsOf(stack)).toEqual([
    expect.stringContaining("otel.corp.internal may have a private address, which the NetworkPolicy denies"),
    "env.COLLECTOR: otel:4318 is no full host name, so the NetworkPolicy drops the calls: write " +
      "<service>.<namespace>.svc, or name it in egress",
    "env.TRACES: otel.example.org has no port, so the NetworkPolicy drops the calls: write it, or name it in egress",
  ]);
});
