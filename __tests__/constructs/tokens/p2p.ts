import {
  type AddressExposure,
  Announce,
  type AnnounceOptions,
  type AztecProps,
  aztec,
  Bootnodes,
  BootstrapNode,
  type BootstrapNodeProps,
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
  storage,
  type Table,
  text,
} from "./table";

const node: Table<P2pNodeProps> = {
  namespace: "passes",
  name: "known",
  software: {
    name: "passes",
    image: "passes",
    command: { bootstrap: ["passes"], full: ["passes"], rpc: ["passes"], archive: ["passes"], prover: ["passes"] },
    env: text,
    roleEnv: { bootstrap: text, full: text, rpc: text, archive: text, prover: text },
    dataMount: "passes",
    rpcPort: "known",
    statusPath: "passes",
    peersMethod: { bootstrap: "passes", node: "passes" },
    enrMethod: "passes",
    nodeOptions: ["passes"],
    enrVotingModule: "passes",
    reservedPorts: ["known"],
    upstreams: { all: ["known"], node: ["known"] },
  },
  replicas: "known",
  resources: { cpu: "passes", memory: "passes", memoryLimit: "known" },
  clusterDomain: "passes",
  spread: "known",
  env: text,
  secretEnv: { "*": secretKey },
  labels: text,
  nodeSelector: text,
  priorityClassName: "passes",
  imagePullSecrets: ["passes"],
  requireDigest: "known",
  networkAccess: {
    apiServer: ["passes"],
    apiServerPorts: ["known"],
    l1: ["passes"],
    peers: endpoints,
    rpcClients: endpoints,
    egress: destinations,
    monitoring: "passes",
  },
  waitForRollout: "known",
};

const made = aztec({ image: "aztec:4.1.2", l1ExecutionUrls: ["http://l1:8545"], network: "testnet" });
const props: P2pNodeProps = {
  namespace: "net",
  name: "node",
  software: { ...made, upstreams: { all: ["https://a.example"], node: ["http://l1.example:8545"] } },
  replicas: 2,
  resources: RESOURCES,
  clusterDomain: "cluster.local",
  spread: "hard",
  env: { A: "1" },
  secretEnv: { B: { secret: "s", key: "k" } },
  labels: LABELS,
  nodeSelector: LABELS,
  priorityClassName: "high",
  imagePullSecrets: ["registry"],
  requireDigest: false,
  networkAccess: {
    apiServer: ["10.0.0.5/32"],
    apiServerPorts: [6443],
    peers: ENDPOINTS,
    rpcClients: ENDPOINTS,
    egress: DESTINATIONS,
    monitoring: "prometheus",
  },
  waitForRollout: false,
};
const access = {
  ...props.networkAccess,
  l1: ["10.1.0.0/16"],
  peers: CIDRS,
  rpcClients: CIDRS,
  egress: CIDR_DESTINATIONS,
};
const both = [props, { ...props, networkAccess: access }];

/** Announced by a bootstrap node, which joins through others. */
const joins = (stack: TerraformStack, more: Partial<BootstrapNodeProps>) =>
  new BootstrapNode(stack, "X", { ...props, name: "x", replicas: 1, ...more });

const ROLES = ["full", "rpc", "archive", "prover"] as const;
/** What software says of other roles. */
const others = (...roles: string[]) => roles.flatMap(role => [`software.command.${role}`, `software.roleEnv.${role}`]);

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
      ...others(...ROLES),
      "software.peersMethod.node",
      "software.upstreams.node",
      "networkAccess.rpcClients",
      "networkAccess.l1",
    ],
  }),
  caseOf<FullNodeProps>({
    name: "FullNode",
    table: { ...node, role: "known", bootnodes: ["made"], announce: "made", storage, countPeers: "known" },
    props: [
      ...both,
      { ...props, storage: STORAGE, announce: Announce.clusterIp() },
      ...ROLES.map(role => ({ ...props, role })),
    ].map(each => ({
      role: "full",
      bootnodes: [Bootnodes.fromUrl("https://boot.example")],
      announce: Announce.podIp(),
      countPeers: true,
      ...each,
    })),
    make: (stack, each) => new FullNode(stack, "X", each),
    unused: [
      ...others("bootstrap"),
      "software.peersMethod.bootstrap",
      "software.enrVotingModule",
      "networkAccess.apiServer",
    ],
    // Unless the policy is given the addresses.
    sometimes: ["software.upstreams.node"],
  }),
  caseOf<EnrRecordProps>({
    name: "EnrRecord",
    table: {
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
    table: { namespace: "passes", runbookBase: "passes", labels: text },
    props: [{ namespace: "net", runbookBase: "https://a", labels: LABELS }],
    make: (stack, each) => new P2pMonitoring(stack, "X", each),
  }),
  caseOf<AztecProps>({
    name: "aztec",
    table: {
      image: "passes",
      l1ChainId: "passes",
      network: "passes",
      registryAddress: "passes",
      l1ExecutionUrls: ["passes"],
      l1ConsensusUrls: ["passes"],
    },
    props: [
      {
        image: "aztec:4.1.2",
        l1ChainId: 1,
        network: "testnet",
        registryAddress: "0x1",
        l1ExecutionUrls: ["http://l1.example:8545"],
        l1ConsensusUrls: ["http://l1.example:5052"],
      },
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
  caseOf<AnnounceOptions & { readonly addresses: readonly string[]; readonly expose?: AddressExposure }>({
    name: "Announce.address",
    table: { port: "known", expose: "known", addresses: ["passes"] },
    props: [{ port: 40400, expose: "loadBalancer", addresses: ["203.0.113.7"] }],
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
