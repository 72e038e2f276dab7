import {
  Announce,
  type AztecProps,
  aztec,
  Bootnodes,
  BootstrapNode,
  type BootstrapNodeProps,
  FullNode,
  type FullNodeProps,
  Identity,
} from "../../constructs";
import { expectSynthError, manifestsOf } from "../../testing";
import { base, enrOf, newStack } from "./fixtures";

const boot = (props: Partial<BootstrapNodeProps>) => () =>
  void new BootstrapNode(newStack(), "Boot", { ...base, ...props });
const full = (props: Partial<FullNodeProps>) => () => void new FullNode(newStack(), "Full", { ...base, ...props });
const known = (announce: Announce, enrs: string[], replicas = enrs.length) =>
  boot({ announce, replicas, identity: Identity.fromSecret({ secret: "keys", enrs }) });

const [a, b] = [enrOf("10.96.7.7"), enrOf("10.96.7.8")];
const at = (...addresses: string[]) => Announce.clusterIp({ addresses });
const tampered = `${a.slice(0, 60)}${a[60] === "A" ? "B" : "A"}${a.slice(61)}`;

test.each<[string, () => void, string]>([
  [
    "a bootstrap node with an ephemeral address",
    boot({ announce: Announce.podIp() }),
    "announce: a bootstrap node cannot announce its pod's address",
  ],
  [
    "the tag latest",
    boot({ software: aztec({ image: "aztec:latest" }) }),
    'software.image: image "aztec:latest" uses the tag latest',
  ],
  ["no tag", boot({ software: aztec({ image: "localhost:5000/aztec" }) }), 'image "localhost:5000/aztec" has no tag'],
  ["a tag where digests are required", boot({ requireDigest: true }), "is named by tag, but digests are required"],
  [
    "a digest that is none",
    boot({ software: aztec({ image: "aztec@sha256:123" }) }),
    "has a digest that is not sha256 and 64 hex digits",
  ],
  [
    "an image of an unknown line",
    boot({ software: aztec({ image: "aztec:7.0.0" }) }),
    'software.image: image "aztec:7.0.0" is of release line 7, which this package does not know → ' +
      "give release: 4, 5 or 6",
  ],
  [
    "an image whose name says no line",
    boot({ software: aztec({ image: `aztec@sha256:${"a".repeat(64)}` }) }),
    "cannot be read from its name → give release: 4, 5 or 6",
  ],
  [
    "a release that is not the image's",
    boot({ software: aztec({ image: "aztec:4.1.2", release: 6 }) }),
    'software.release: is 6, but the tag of image "aztec:4.1.2" is of line 4 → leave it out, or give that line',
  ],
  [
    "a public network with an image that cannot follow it",
    boot({ software: aztec({ image: "aztec:4.1.2", network: "alpha-testnet" }) }),
    "software.image: an image of line 4 cannot follow alpha-testnet: it would wait in standby for ever → " +
      "use an image of line 6, such as azteclabs/aztec:6.0.0, or leave out network",
  ],
  [
    "the address of a configuration without its network",
    boot({ software: aztec({ image: "aztec:4.1.2", networkConfigUrl: "https://networks.example/config.json" }) }),
    "software.networkConfigUrl: is given without a network, so that nobody would read it → name the network too",
  ],
  [
    "the address of a configuration that is none",
    boot({ software: aztec({ image: "aztec:4.1.2", network: "devnet", networkConfigUrl: "/etc/networks.json" }) }),
    'software.networkConfigUrl: "/etc/networks.json" is not an http or https URL → ' +
      "give the URL of a served network_config.json",
  ],
  [
    "a node of line 6 without an L1 endpoint that traces",
    full({ software: aztec({ image: "aztec:6.0.0" }) }),
    "software.l1DebugUrls: a node of line 6 does not start without an L1 endpoint that traces transactions → " +
      "give l1DebugUrls, which may be l1ExecutionUrls again, or ETHEREUM_DEBUG_HOSTS from a Secret, " +
      "or set l1WithoutDebug",
  ],
  [
    "a status that fails for want of peers",
    full({ env: { P2P_HEALTH_MIN_PEERS: "1" } }),
    "env.P2P_HEALTH_MIN_PEERS: lets /status fail for want of peers",
  ],
  [
    "a network by its variable",
    full({ env: { NETWORK_CONFIG_LOCATION: "/data/networks.json" } }),
    "env.NETWORK_CONFIG_LOCATION: NETWORK_CONFIG_LOCATION is set by the package",
  ],
  [
    "a release that is none",
    boot({ software: aztec({ image: "aztec:4.1.2", release: 3 as 4 }) }),
    "software.release: 3 is not a release line of Aztec → use 4, 5 or 6",
  ],
  ["a name over 52 characters", boot({ name: "b".repeat(53) }), "has 53 characters, at most 52 are allowed"],
  ["a name that is no DNS label", full({ name: "Full_1" }), 'name: "Full_1" is not a DNS label'],
  ["a namespace over 63 characters", full({ namespace: "n".repeat(64) }), "namespace: "],
  ["no replicas", full({ replicas: 0 }), "replicas: 0 replicas: use 1 or more"],
  [
    "a storage size that is no quantity",
    boot({ storage: { size: "2 GB" } }),
    'storage.size: "2 GB" is not a Kubernetes quantity',
  ],
  [
    "the RPC port as p2p port",
    full({ announce: Announce.podIp({ port: 8080 }) }),
    "announce.port: port 8080 is already used in the pod",
  ],
  [
    "environment that the package sets",
    full({ env: { P2P_IP: "1.2.3.4" } }),
    "env.P2P_IP: P2P_IP is set by the package",
  ],
  [
    "fewer addresses than replicas",
    boot({ replicas: 2, announce: at("10.96.7.7") }),
    "announce: 1 reserved addresses for 2 replicas",
  ],
  [
    "more replicas than keys",
    known(at("10.96.7.7", "10.96.7.8"), [a], 2),
    "identity.enrs: 2 replicas, but 1 keys with a known ENR",
  ],
  ["known ENRs without a known address", known(Announce.clusterIp(), [a]), "announce: known ENRs need a known address"],
  ["an ENR with another address", known(at("10.96.7.9"), [a]), "identity.enrs[0]: the ENR announces 10.96.7.7:40400"],
  [
    "an ENR with another port",
    known(Announce.clusterIp({ addresses: ["10.96.7.7"], port: 40401 }), [a]),
    "expected 10.96.7.7:40401",
  ],
  [
    "an ENR that belongs to another replica",
    known(at("10.96.7.7", "10.96.7.8"), [b, a]),
    "it belongs to replica 1: swap the ENRs",
  ],
  [
    "one key for two replicas",
    known(at("10.96.7.7", "10.96.7.8"), [a, a]),
    "identity.enrs[1]: the ENR is of the same key as enrs[0]",
  ],
  ["an ENR with a wrong signature", known(at("10.96.7.7"), [tampered]), "has a bad signature: it was altered or cut"],
  [
    "a public node's private bootnode",
    full({ announce: Announce.publicIp(), bootnodes: [Bootnodes.fromEnrs([a])] }),
    "bootnodes[0][0]: a public node cannot join through 10.96.7.7",
  ],
  [
    "a bootnode that is no ENR",
    full({ bootnodes: [Bootnodes.fromEnrs(["enr:-abc"])] }),
    'bootnodes[0][0]: "enr:-abc" is not an enr',
  ],
  [
    "two sources of URLs",
    full({ bootnodes: [Bootnodes.fromUrl("http://a"), Bootnodes.fromUrl("http://b")] }),
    "give one Bootnodes.fromUrl all the URLs",
  ],
  [
    "a secret in the environment",
    full({ env: { PROVER_PUBLISHER_PRIVATE_KEY: "x" } }),
    "env.PROVER_PUBLISHER_PRIVATE_KEY: PROVER_PUBLISHER_PRIVATE_KEY looks like a secret",
  ],
  [
    "a key under another name",
    full({ env: { KEY_0: `0x${"ab".repeat(32)}` } }),
    "env.KEY_0: KEY_0 looks like a secret",
  ],
  [
    "a name that is no environment variable",
    full({ secretEnv: { "a b": { secret: "s", key: "k" } } }),
    'secretEnv.a b: "a b" is not the name of an environment variable',
  ],
  [
    "the ordinal's source in the environment",
    boot({ env: { POD_NAME: "boot-7" } }),
    "env.POD_NAME: POD_NAME is set by the package",
  ],
  [
    "the admin port as p2p port",
    full({ announce: Announce.podIp({ port: 8880 }) }),
    "announce.port: port 8880 is already used in the pod",
  ],
  [
    "the name of the default policy",
    full({ name: "default-deny" }),
    'name: "default-deny" is the name of the namespace\'s own NetworkPolicy',
  ],
  [
    "more memory than the limit",
    full({ resources: { cpu: "1", memory: "2Gi", memoryLimit: "1Gi" } }),
    "resources.memory: 2Gi is requested, but 1Gi is the limit",
  ],
  ["a size of nothing", boot({ storage: { size: "0" } }), 'storage.size: "0" is less than 1Mi'],
  [
    "an image reference that is none",
    full({ software: aztec({ image: "Aztec Protocol:4" }) }),
    'image "Aztec Protocol:4" is not an image reference',
  ],
  [
    "addresses on hosts with several replicas",
    boot({ replicas: 2, announce: Announce.address(["203.0.113.7", "203.0.113.8"], { expose: "hostPort" }) }),
    "announce: an address on the host with 2 replicas",
  ],
  [
    "no attempts for a URL",
    () => void Bootnodes.fromUrl("http://a", { attempts: 0 }),
    "bootnodes from URLs: attempts: 0 is no bound",
  ],
  [
    "a pinned record of software without address voting",
    boot({ pinEnr: true, software: { ...base.software, enrVotingModule: undefined } }),
    "pinEnr: pinEnr is not known for software aztec",
  ],
  [
    "an announce port out of range",
    () => void Announce.clusterIp({ port: 70000 }),
    "announce port 70000 is out of range: use 1 to 65535",
  ],
  [
    "keys made in advance without an address, in the words of code",
    known(Announce.clusterIp(), [a]),
    "reserve addresses (Announce.clusterIp({ addresses }), or Announce.address()), or use Identity.persisted()",
  ],
  [
    "node ports of a host",
    boot({ announce: Announce.address("203.0.113.7", { expose: "hostPort", nodePorts: [30400] }) }),
    "announce: nodePorts with hostPort: only a load balancer has node ports → remove them",
  ],
  [
    "node ports of some load balancers",
    boot({ announce: Announce.address("203.0.113.7", { nodePorts: [30400, 30401] }) }),
    "announce: 2 node ports for 1 addresses → reserve one per address, or none",
  ],
  ["an address twice", () => void at("10.96.7.7", "10.96.7.7"), "announce address 10.96.7.7 is given twice"],
  ["an address that is none", () => void at("10.96.7"), 'announce address "10.96.7" is not an IPv4 address'],
  [
    "a URL that is none",
    () => void Bootnodes.fromUrl("boot:8080"),
    'bootnode URL "boot:8080" is not an http or https URL',
  ],
  [
    "a Secret without ENRs",
    () => void Identity.fromSecret({ secret: "keys", enrs: [] }),
    'identity from secret "keys" needs the ENRs of its keys',
  ],
])("fails for %s", (_, build, message) => {
  expectSynthError(() => void build(), message);
});

test("fails for a private bootstrap node of a public node, and for a record that a namespace cannot read", () => {
  const internal = new BootstrapNode(newStack(), "Boot", base);
  expectSynthError(
    full({ announce: Announce.publicIp(), bootnodes: [internal] }) as () => undefined,
    "a public node cannot join through a ClusterIP",
  );
  expectSynthError(
    full({ namespace: "other", bootnodes: [internal] }) as () => undefined,
    "which pods of other cannot read",
  );
});

test("fails for a bootstrap node that learns peers from a record which its namespace cannot read", () => {
  const internal = new BootstrapNode(newStack(), "Other", base);
  expectSynthError(
    boot({ namespace: "other", bootnodes: [internal] }) as () => undefined,
    "which pods of other cannot read",
  );
});

test.each<[string, [BootstrapNodeProps, BootstrapNodeProps], string]>([
  [
    "one name",
    [
      { ...base, name: "boot" },
      { ...base, name: "boot" },
    ],
    "test/B: the Service boot of boot would be that of boot too → name one of the two differently",
  ],
  [
    "names of which one with a number is the other",
    [
      { ...base, name: "boot", replicas: 2 },
      { ...base, name: "boot-1" },
    ],
    "test/B: the Service boot-1-p2p of boot-1 would be that of boot too",
  ],
  [
    "one reserved ClusterIP, even in two namespaces",
    [
      { ...base, name: "a", announce: at("10.96.7.7") },
      { ...base, name: "b", namespace: "other", announce: Announce.clusterIp({ addresses: ["10.96.7.7"], port: 1 }) },
    ],
    "test/B: 10.96.7.7 is the reserved address of a already → reserve another address",
  ],
  [
    "one public address and port",
    [
      { ...base, name: "a", announce: Announce.address("203.0.113.7") },
      { ...base, name: "b", announce: Announce.address("203.0.113.7") },
    ],
    "test/B: 203.0.113.7:40400 is the reserved address of a already",
  ],
])("a stack fails for two nodes with %s", (_, [one, other], message) => {
  const stack = newStack();
  new BootstrapNode(stack, "A", one);
  new BootstrapNode(stack, "B", other);
  expectSynthError(() => stack, message);
});

test("two nodes may share a name in two namespaces, and a public address by two ports", () => {
  const stack = newStack();
  new BootstrapNode(stack, "A", { ...base, name: "boot", announce: Announce.address("203.0.113.7") });
  const announce = Announce.address("203.0.113.7", { port: 40401 });
  new BootstrapNode(stack, "B", { ...base, name: "boot", namespace: "other", announce });
  expect(() => manifestsOf(stack)).not.toThrow();
});

test("fails with every problem at once", () => {
  const message = expectSynthError(
    boot({ name: "Boot!", announce: Announce.podIp(), storage: { size: "x" } }) as () => undefined,
    "bootstrap node Boot!",
  );
  expect(message.split("\n")).toHaveLength(3);
});

test.each<[string, Partial<FullNodeProps>]>([
  ["named", { software: aztec({ image: "aztec:6.0.0", l1DebugUrls: ["http://l1.net.svc:8545"] }) }],
  ["given up", { software: aztec({ image: "aztec:6.0.0", l1WithoutDebug: true }) }],
  [
    "of a Secret",
    {
      software: aztec({ image: "aztec:6.0.0" }),
      secretEnv: { ETHEREUM_DEBUG_HOSTS: { secret: "l1", key: "debug" } },
    },
  ],
])("accepts a node of line 6 whose L1 endpoint for traces is %s", (_, props) => {
  expect(full(props)).not.toThrow();
});

test.each<AztecProps>([
  { image: "aztec:4.1.2" },
  { image: "localhost:5000/aztec:v6.0.0-rc.1" },
  { image: `aztec:5.2.0@sha256:${"a".repeat(64)}` },
  { image: `aztec@sha256:${"a".repeat(64)}`, release: 4 },
  { image: "aztec:our-build", release: 6 },
])("accepts the image of %j", props => {
  expect(boot({ software: aztec(props) })).not.toThrow();
});
