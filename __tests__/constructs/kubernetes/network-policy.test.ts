import { Announce, aztec, Bootnodes, BootstrapNode, FullNode, type FullNodeProps } from "../../../constructs";
import { base, enrOf, IMAGE, synth } from "../fixtures";

const PEERS = { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "rollup-network-p2p" } } };
const ANYWHERE = { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } };
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

const policy = (props: Partial<FullNodeProps> = {}) =>
  synth(stack => new FullNode(stack, "Full", { ...base, ...props })).get("NetworkPolicy", "full").spec;
const destinations = (props: Partial<FullNodeProps>) =>
  policy(props).egress.flatMap(({ to = [] }: { to?: object[] }) => to);

test("by default a node talks to its peers and to DNS, and to nobody else", () => {
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
  expect(egress[2].to[0].ipBlock.except).toContain("10.0.0.0/8");
});

test("public bootnodes open the internet, unknown addresses all but metadata services", () => {
  expect(destinations({ bootnodes: [Bootnodes.fromEnrs([enrOf("203.0.113.1")])] })[3].ipBlock.except).toContain(
    "192.168.0.0/16",
  );
  expect(destinations({ bootnodes: [Bootnodes.fromUrl("http://boot:8080")] })).toContainEqual(ANYWHERE);
  expect(destinations({ bootnodes: [Bootnodes.fromEnrs([enrOf("10.96.7.7")])] })).toContainEqual(ANYWHERE);
});

test("bootstrap nodes asked inside the cluster are reached by namespace, and named peers close the rest", () => {
  const inside = destinations({ bootnodes: [Bootnodes.fromUrl("http://boot.other.svc.cluster.local:8080")] });
  expect(inside).toContainEqual(namespace("other"));
  expect(inside).not.toContainEqual(ANYWHERE);
  const named = {
    bootnodes: [Bootnodes.fromUrl("http://boot:8080")],
    networkAccess: { peers: [{ cidr: "10.1.0.0/16" }] },
  };
  expect(destinations(named)).not.toContainEqual(ANYWHERE);
  expect(policy(named).ingress[0].from).toContainEqual({ ipBlock: { cidr: "10.1.0.0/16" } });
  expect(policy(named).egress.at(-1)).toEqual({ ports: [{ protocol: "TCP", port: 8080 }] });
});

test("a named network's configuration is fetched by every role, over HTTPS", () => {
  const software = aztec({ image: IMAGE, network: "testnet", l1ExecutionUrls: ["http://l1.example.org:5052"] });
  const { get } = synth(
    stack => new BootstrapNode(stack, "Boot", { ...base, software, networkAccess: { apiServer: ["10.0.0.1/32"] } }),
  );
  expect(get("NetworkPolicy", "boot").spec.egress.at(-1)).toEqual({ ports: [{ protocol: "TCP", port: 443 }] });
});

test("the addresses of L1 close the way to L1 alone, and are of no use to a bootstrap node", () => {
  const software = aztec({ image: IMAGE, network: "testnet", l1ExecutionUrls: ["http://l1.example.org:8545"] });
  const networkAccess = { l1: ["198.51.100.0/24"], peers: [{ cidr: "10.1.0.0/16" }], apiServer: ["10.0.0.1/32"] };
  const { egress } = policy({
    software,
    networkAccess,
    bootnodes: [Bootnodes.fromUrl("http://boot.example.org:8081")],
  });
  expect(egress.slice(2)).toEqual([
    {
      ports: [
        { protocol: "TCP", port: 443 },
        { protocol: "TCP", port: 8081 },
      ],
    },
    { to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] },
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
  const egress = (apiServer?: string[]) =>
    synth(stack => new BootstrapNode(stack, "Boot", { ...base, networkAccess: { apiServer } })).get(
      "NetworkPolicy",
      "boot",
    ).spec.egress[2];
  expect(egress()).toEqual({
    ports: [
      { protocol: "TCP", port: 443 },
      { protocol: "TCP", port: 6443 },
    ],
  });
  expect(egress(["10.0.0.1/32"])).toEqual({ to: [{ ipBlock: { cidr: "10.0.0.1/32" } }] });
});

test("L1 endpoints inside the cluster are reached by namespace, others on their port", () => {
  const urls = ["http://execution.l1.svc:8545", "https://l1.example.org", "http://l1.example.org:5052"];
  const software = aztec({ image: IMAGE, l1ExecutionUrls: urls });
  expect(destinations({ software })).toContainEqual(namespace("l1"));
  const { egress } = policy({ software });
  expect(egress.at(-1)).toEqual({
    ports: [
      { protocol: "TCP", port: 443 },
      { protocol: "TCP", port: 5052 },
    ],
  });
  expect(policy({ software, networkAccess: { l1: ["198.51.100.0/24"] } }).egress.at(-1)).toEqual({
    to: [{ ipBlock: { cidr: "198.51.100.0/24" } }],
  });
});

test("endpoints from Secrets are reached on 443", () => {
  const { egress } = policy({ secretEnv: { ETHEREUM_HOSTS: { secret: "l1", key: "url" } } });
  expect(egress.at(-1)).toEqual({ ports: [{ protocol: "TCP", port: 443 }] });
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
