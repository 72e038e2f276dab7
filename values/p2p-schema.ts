import { z } from "zod";
import {
  addresses,
  apiServer,
  cidr,
  dnsLabel,
  endpoint,
  enrText,
  imageReference,
  keyValues,
  objectName,
  port,
  resources,
  secretName,
  storage,
  url,
} from "./fields";

const announce = z
  .union([
    z.enum(["clusterIp", "podIp", "publicIp"]),
    z.strictObject({
      clusterIp: z.strictObject({
        addresses: addresses.describe("Reserved ClusterIPs, one per replica, free in the cluster's service range."),
      }),
    }),
    z.strictObject({ publicIp: z.enum(["hostPort", "hostNetwork"]) }),
    z.strictObject({
      address: z.strictObject({
        ips: addresses.describe("Reserved public addresses, one per replica."),
        via: z.enum(["loadBalancer", "hostPort", "hostNetwork"]).default("loadBalancer"),
      }),
    }),
  ])
  .describe("The address the node tells the world.");

const identity = z
  .union([
    z.literal("persisted"),
    z.strictObject({
      secret: secretName.describe("A Secret with one key per pod name, made by `rollup-network keys bootstrap`."),
      enrs: z.array(enrText).min(1).describe("The public records of those keys, one per replica."),
    }),
  ])
  .describe("Where the node's key lives.");

const anyNode = {
  name: dnsLabel(52).describe("Name of the workload and stem of its Services. A new name is a new node with a new identity."),
  replicas: z.int().min(1).max(50).default(1),
  port: port.default(40400).describe("p2p port, TCP and UDP: listened on and announced."),
  resources: resources.optional(),
  env: keyValues.default({}).describe("Further environment of the node; names that the package sets are refused."),
  nodeSelector: keyValues.default({}),
  priorityClassName: objectName.optional(),
};

export const bootstrapNode = z.strictObject({
  ...anyNode,
  announce: announce.default("clusterIp"),
  identity: identity.default("persisted"),
  storage: storage.prefault({}),
  pinEnr: z
    .boolean()
    .optional()
    .describe("Stop discv5 from voting the record to another address. Default: on for internal addresses."),
});

const joinUrls = z.strictObject({
  urls: z.array(url).min(1).describe("JSON-RPC endpoints of bootstrap nodes that live elsewhere."),
  attempts: z.int().min(1).max(1000).default(20),
  timeoutSeconds: z.int().min(1).max(300).default(5).describe("Bound of one attempt."),
  require: z.enum(["any", "all"]).default("any").describe("Whether one answer is enough."),
});

export const fullNode = z.strictObject({
  ...anyNode,
  role: z.enum(["full", "rpc", "archive", "prover"]).default("full"),
  announce: announce.default("podIp"),
  storage: storage.optional().describe("Keep the node's data on a volume: the node becomes a StatefulSet."),
  join: z.array(dnsLabel(52)).default([]).describe("Bootstrap nodes of this environment, by name."),
  externalEnrs: z.array(enrText).default([]).describe("Bootstrap nodes elsewhere whose records are known."),
  joinUrls: joinUrls.optional(),
  secretEnv: z
    .record(
      z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "must be an environment variable: capitals, digits and underscores"),
      z.strictObject({ secret: secretName, key: z.string().min(1) }),
    )
    .default({})
    .describe("Environment taken from Secrets by reference, such as L1 endpoints with a key in the URL."),
});

export const p2p = z.strictObject({
  namespace: dnsLabel(63).describe("Namespace that the section makes and owns; no other environment may use it."),
  chain: z.strictObject({
    l1ChainId: z.int().min(1).describe("Chain id of the L1: 1 is mainnet, 11155111 is Sepolia, 31337 is a local Anvil."),
    network: z.string().min(1).optional().describe("Name of a public network the software knows."),
    registryAddress: z
      .string()
      .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address of 20 bytes in hex (0x…)")
      .optional(),
    l1ExecutionUrls: z.array(url).default([]),
    l1ConsensusUrls: z.array(url).default([]),
  }),
  image: imageReference.describe("Image of the node software, by digest or by a fixed tag."),
  imagePullSecrets: z.array(secretName).default([]),
  spread: z.enum(["hard", "soft"]).describe("Whether replicas must or should run on different hosts."),
  bootstrap: z.array(bootstrapNode).default([]),
  nodes: z.array(fullNode).default([]),
  resources: z.strictObject({ bootstrap: resources, full: resources, rpc: resources, archive: resources, prover: resources }),
  networkPolicies: z
    .strictObject({
      enabled: z.boolean().default(true),
      apiServer: apiServer(),
      l1: z.array(cidr).default([]).describe("Addresses of the L1 endpoints; empty allows their ports anywhere."),
      peers: z
        .array(endpoint)
        .default([])
        .describe("Where further peers of the network live, outside its namespace; they may ask bootstrap nodes for their ENR."),
      rpcClients: z.array(endpoint).default([]).describe("Who may call the RPC port of nodes beside the bootstrap nodes."),
      egress: z.array(endpoint).default([]).describe("Further destinations of the nodes, such as a telemetry collector."),
      monitoring: dnsLabel(63).optional().describe("Namespace whose pods may scrape metrics."),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Needs the Prometheus operator's CRDs in the cluster."),
      labels: keyValues.default({}).describe("Labels by which Prometheus selects the PodMonitor and the PrometheusRule."),
    })
    .prefault({}),
});

export type P2pValues = z.output<typeof p2p>;
export type BootstrapValues = z.output<typeof bootstrapNode>;
export type FullNodeValues = z.output<typeof fullNode>;
export type AnnounceValues = z.output<typeof announce>;
export type IdentityValues = z.output<typeof identity>;
