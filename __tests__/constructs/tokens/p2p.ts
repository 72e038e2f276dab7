import {
  type AddressExposure,
  Announce,
  type AnnounceOptions,
  type AztecProps,
  aztec,
  Bootnodes,
  BootstrapNode,
  type BootstrapNodeProps,
  type Broker,
  EnrRecord,
  type EnrRecordProps,
  type FromUrlOptions,
  FullNode,
  type FullNodeProps,
  type HostExposure,
  Identity,
  P2pMonitoring,
  type P2pMonitoringProps,
  type P2pNodeProps,
  ProverAgents,
  type ProverAgentsProps,
  ProverBroker,
  type ProverBrokerProps,
} from "../../../constructs";
import type { TerraformStack } from "../../../constructs/kubernetes/framework/terraform";
import { enrOf } from "../fixtures";
import {
  CIDR_DESTINATIONS,
  CIDRS,
  caseOf,
  DESTINATIONS,
  destinations,
  ENDPOINTS,
  endpoints,
  LABELS,
  RESOURCES,
  STORAGE,
  secretKey,
  secretVariable,
  storage,
  type Table,
  text,
} from "./table";

const crsFile = { name: "passes", remote: "passes", bytes: "known", besidesBytes: "known" } as const;

const node: Table<P2pNodeProps> = {
  kubernetes: "made",
  namespace: "passes",
  name: "known",
  software: {
    name: "passes",
    image: "passes",
    release: "known",
    command: {
      bootstrap: ["passes"],
      full: ["passes"],
      rpc: ["passes"],
      archive: ["passes"],
      prover: ["passes"],
      "prover-broker": ["passes"],
      "prover-agent": ["passes"],
    },
    env: text,
    roleEnv: {
      bootstrap: text,
      full: text,
      rpc: text,
      archive: text,
      prover: text,
      "prover-broker": text,
      "prover-agent": text,
    },
    dataMount: "passes",
    rpcPort: "known",
    statusPath: "passes",
    peersMethod: { bootstrap: "passes", node: "passes" },
    enrMethod: "passes",
    syncMethod: "passes",
    nodeOptions: ["passes"],
    enrVotingModule: "passes",
    reservedPorts: ["known"],
    network: { name: "passes", urls: ["passes"] },
    needs: ["made"],
    refused: ["made"],
    problems: ["made"],
    l1Env: ["known"],
    upstreams: { all: ["known"], node: ["known"] },
    collectors: ["known"],
    crs: { urls: ["known"], verifying: [crsFile], proving: [crsFile] },
    publicAddressUrls: ["passes"],
    proving: { brokerUrl: "passes", publisherKey: "passes" },
  },
  replicas: "known",
  resources: { cpu: "passes", memory: "passes", memoryLimit: "known" },
  clusterDomain: "passes",
  spread: "known",
  env: text,
  secretEnv: { "*": secretVariable },
  requireDigest: "known",
  crs: { mirror: "known", claim: "passes" },
  networkAccess: {
    apiServer: ["passes"],
    apiServerPorts: ["known"],
    l1: ["passes"],
    peers: destinations,
    rpcClients: endpoints,
    egress: destinations,
    targetPorts: { "*": "known" },
    monitoring: "passes",
  },
  waitForRollout: "known",
};

const COLLECTOR = "http://otel.example:4318";
const AZTEC: AztecProps = {
  image: "aztec:4.1.2",
  release: 4,
  l1ChainId: 1,
  network: "devnet",
  networkConfigUrl: "https://networks.example/config.json",
  registryAddress: "0x1",
  l1ExecutionUrls: ["http://l1.example:8545"],
  l1ConsensusUrls: ["http://l1.example:5052"],
  l1DebugUrls: ["http://l1.example:8546"],
  l1WithoutDebug: false,
  tracing: { endpoint: COLLECTOR },
};
const made = aztec({ image: "aztec:5.2.0", release: 5, l1ExecutionUrls: ["http://l1:8545"], network: "devnet" });
const props: P2pNodeProps = {
  namespace: "net",
  name: "node",
  software: {
    ...made,
    upstreams: { all: ["https://a.example"], node: ["http://l1.example:8545"] },
    collectors: [COLLECTOR],
  },
  replicas: 2,
  resources: RESOURCES,
  clusterDomain: "cluster.local",
  spread: "hard",
  env: { A: "1" },
  secretEnv: { B: { secret: "s", key: "k", targets: ["https://l1.example:8545"] } },
  requireDigest: false,
  crs: { mirror: "https://mirror.example" },
  networkAccess: {
    apiServer: ["10.0.0.5/32"],
    apiServerPorts: [6443],
    peers: DESTINATIONS,
    rpcClients: ENDPOINTS,
    egress: DESTINATIONS,
    targetPorts: { "a.b.svc:80": 8545 },
    monitoring: "prometheus",
  },
  waitForRollout: false,
};
const access = {
  ...props.networkAccess,
  l1: ["10.1.0.0/16"],
  peers: CIDR_DESTINATIONS,
  rpcClients: CIDRS,
  egress: CIDR_DESTINATIONS,
};
const both = [props, { ...props, networkAccess: access, crs: { claim: "crs" } }];
/** What only a prover's pods are told. */
const PROVING = ["software.proving", "software.crs.proving"];
const broker: Broker = {
  broker: {
    name: "queue",
    namespace: "net",
    url: "http://queue.net.svc:8080",
    selector: LABELS,
    port: 8080,
    sendsMetrics: true,
  },
};
const brokerTable = {
  name: "passes",
  namespace: "passes",
  url: "passes",
  selector: text,
  port: "known",
  sendsMetrics: "known",
} as const;
/** What a broker and agents take. */
const withoutPeers = <T extends object>(all: T) => {
  const { replicas, spread, crs, ...rest } = all as T & Record<"replicas" | "spread" | "crs", unknown>;
  return rest;
};
const proverWorkload = withoutPeers(node);
const proverProps = withoutPeers(props);

/** Announced by a bootstrap node, which joins through others. */
const joins = (stack: TerraformStack, more: Partial<BootstrapNodeProps>) =>
  new BootstrapNode(stack, "X", { ...props, name: "x", replicas: 1, ...more });

const ROLES = ["full", "rpc", "archive", "prover"] as const;
const PROVER_ROLES = ["prover-broker", "prover-agent"];
/** What software says of other roles. */
const others = (...roles: string[]) => roles.flatMap(role => [`software.command.${role}`, `software.roleEnv.${role}`]);

const UNUSED_BY_PROVERS = (role: string) => [
  ...others("bootstrap", ...ROLES, ...PROVER_ROLES.filter(other => other !== role)),
  "software.crs",
  "software.peersMethod",
  "software.enrMethod",
  "software.enrVotingModule",
  "software.publicAddressUrls",
  "software.reservedPorts",
  "software.syncMethod",
  "software.network",
  "clusterDomain",
  "networkAccess.apiServer",
  "broker.broker.namespace",
  ...(role === "prover-broker"
    ? ["software.proving"]
    : ["software.proving.publisherKey", "software.upstreams", "networkAccess.l1"]),
  "networkAccess.peers",
  "networkAccess.rpcClients",
  "networkAccess.monitoring",
];

export const P2P = [
  caseOf<BootstrapNodeProps>({
    name: "BootstrapNode",
    // It calls no L1 endpoint.
    table: {
      ...node,
      software: { ...node.software, upstreams: { all: ["known"], node: ["passes"] } },
      announce: "made",
      identity: "made",
      storage,
      bootnodes: ["made"],
      pinEnr: "known",
      protected: "known",
    },
    props: both.map(each => ({
      ...each,
      announce: Announce.clusterIp(),
      identity: Identity.persisted(),
      storage: STORAGE,
      bootnodes: [Bootnodes.fromUrl("https://boot.example")],
      pinEnr: true,
      protected: false,
    })),
    make: (stack, each) => new BootstrapNode(stack, "X", each),
    unused: [
      ...others(...ROLES, ...PROVER_ROLES),
      ...PROVING,
      "software.crs",
      "software.publicAddressUrls",
      "crs",
      "software.peersMethod.node",
      "software.syncMethod",
      "software.upstreams.node",
      "networkAccess.rpcClients",
      "networkAccess.l1",
    ],
  }),
  caseOf<FullNodeProps>({
    name: "FullNode",
    table: {
      ...node,
      role: "known",
      bootnodes: ["made"],
      announce: "made",
      storage,
      countPeers: "known",
      broker: { broker: brokerTable },
      publisherKey: secretKey,
    },
    props: [
      ...both,
      { ...props, storage: STORAGE, announce: Announce.clusterIp() },
      ...ROLES.map(role => ({
        ...props,
        role,
        ...(role === "prover" && { replicas: 1, broker, publisherKey: { secret: "s", key: "k" } }),
      })),
    ].map(each => ({
      role: "full",
      bootnodes: [Bootnodes.fromUrl("https://boot.example")],
      announce: Announce.podIp(),
      countPeers: true,
      ...each,
    })),
    make: (stack, each) => new FullNode(stack, "X", each),
    unused: [
      ...others("bootstrap", ...PROVER_ROLES),
      "software.crs.proving",
      "software.publicAddressUrls",
      "broker.broker.namespace",
      "software.peersMethod.bootstrap",
      "software.enrVotingModule",
      "networkAccess.apiServer",
    ],
    // Unless the policy is given the addresses.
    sometimes: ["software.upstreams.node"],
  }),
  caseOf<ProverBrokerProps>({
    name: "ProverBroker",
    table: { ...proverWorkload, storage },
    props: [
      { ...proverProps, storage: STORAGE },
      { ...proverProps, networkAccess: access, storage: STORAGE },
    ],
    make: (stack, each) => new ProverBroker(stack, "X", each),
    unused: UNUSED_BY_PROVERS("prover-broker"),
    sometimes: ["software.upstreams.node"],
  }),
  caseOf<ProverAgentsProps>({
    name: "ProverAgents",
    table: {
      ...proverWorkload,
      // They call no L1 endpoint.
      software: { ...node.software, upstreams: { all: ["known"], node: ["passes"] } },
      storage,
      replicas: "known",
      crs: node.crs,
      broker: { broker: brokerTable },
      autoscale: { minReplicas: "known", maxReplicas: "known", prometheus: "passes", query: "passes" },
    },
    props: [
      { ...proverProps, broker, replicas: 2, crs: { mirror: "https://mirror.example" } },
      {
        ...proverProps,
        broker,
        networkAccess: access,
        storage: { size: "4Gi", className: "fast" },
        crs: { claim: "crs" },
      },
      {
        ...proverProps,
        broker,
        autoscale: { minReplicas: 1, maxReplicas: 2, prometheus: "http://p.m.svc", query: "q" },
      },
    ],
    make: (stack, each) => new ProverAgents(stack, "X", each),
    unused: UNUSED_BY_PROVERS("prover-agent"),
  }),
  caseOf<EnrRecordProps>({
    name: "EnrRecord",
    table: {
      kubernetes: "made",
      namespace: "passes",
      name: "passes",
      labels: text,
      serviceAccount: "passes",
      known: text,
      protected: "known",
    },
    props: [
      {
        namespace: "net",
        name: "boot",
        labels: LABELS,
        serviceAccount: "boot",
        known: { a: "enr:-" },
        protected: true,
      },
    ],
    make: (stack, each) => new EnrRecord(stack, "X", each),
  }),
  caseOf<P2pMonitoringProps>({
    name: "P2pMonitoring",
    table: { kubernetes: "made", namespace: "passes", runbookBase: "passes", labels: text },
    props: [{ namespace: "net", runbookBase: "https://a", labels: LABELS }],
    make: (stack, each) => new P2pMonitoring(stack, "X", each),
  }),
  caseOf<AztecProps>({
    name: "aztec",
    table: {
      image: "passes",
      release: "known",
      l1ChainId: "passes",
      network: "passes",
      networkConfigUrl: "known",
      registryAddress: "passes",
      l1ExecutionUrls: ["passes"],
      l1ConsensusUrls: ["passes"],
      l1DebugUrls: ["passes"],
      l1WithoutDebug: "known",
      metrics: { endpoint: "known", exclude: ["passes"], include: ["passes"] },
      tracing: { endpoint: "known" },
    },
    props: [
      { ...AZTEC, metrics: { endpoint: COLLECTOR, exclude: ["aztec.a"] } },
      { ...AZTEC, metrics: { endpoint: COLLECTOR, include: ["aztec.a"] } },
    ],
    make: (stack, each) => new FullNode(stack, "X", { ...props, software: aztec(each), networkAccess: access }),
  }),
  caseOf<AnnounceOptions & { readonly addresses?: readonly string[] }>({
    name: "Announce.clusterIp",
    table: { port: "known", addresses: ["passes"] },
    props: [{ port: 40400, addresses: ["10.96.7.7"] }],
    make: (stack, each) => joins(stack, { announce: Announce.clusterIp(each) }),
  }),
  caseOf<AnnounceOptions>({
    name: "Announce.podIp",
    table: { port: "known" },
    props: [{ port: 40400 }],
    make: (_, each) => Announce.podIp(each),
  }),
  caseOf<AnnounceOptions & { readonly expose?: HostExposure }>({
    name: "Announce.publicIp",
    table: { port: "known", expose: "known" },
    props: [{ port: 40400, expose: "hostPort" }],
    make: (_, each) => Announce.publicIp(each),
  }),
  caseOf<
    AnnounceOptions & {
      readonly addresses: readonly string[];
      readonly expose?: AddressExposure;
      readonly nodePorts?: readonly number[];
    }
  >({
    name: "Announce.address",
    table: { port: "known", expose: "known", addresses: ["passes"], nodePorts: ["known"] },
    props: [{ port: 40400, expose: "loadBalancer", addresses: ["203.0.113.7"], nodePorts: [30400] }],
    make: (stack, { addresses, ...options }) => joins(stack, { announce: Announce.address(addresses, options) }),
  }),
  caseOf<{ readonly enrs: readonly string[] }>({
    name: "Bootnodes.fromEnrs",
    table: { enrs: ["known"] },
    props: [{ enrs: [enrOf("203.0.113.7")] }],
    make: (_, { enrs }) => Bootnodes.fromEnrs(enrs),
  }),
  caseOf<FromUrlOptions & { readonly urls: readonly string[] }>({
    name: "Bootnodes.fromUrl",
    table: { urls: ["known"], attempts: "known", timeout: "known", require: "known" },
    props: [{ urls: ["https://boot.example"], attempts: 5, timeout: "5s", require: "any" }],
    make: (_, { urls, ...options }) => Bootnodes.fromUrl(urls, options),
  }),
  caseOf<Parameters<typeof Identity.fromSecret>[0]>({
    name: "Identity.fromSecret",
    table: { secret: "passes", enrs: ["known"] },
    props: [{ secret: "keys", enrs: [enrOf("10.96.7.7")] }],
    make: (stack, each) =>
      joins(stack, { identity: Identity.fromSecret(each), announce: Announce.clusterIp({ addresses: ["10.96.7.7"] }) }),
  }),
];
