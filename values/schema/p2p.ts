import { z } from "zod";
import { isPrivateAddress } from "../../constructs/kubernetes/address";
import { CLUSTER_IPV4, HOST_IPV4 } from "../../constructs/kubernetes/grammar/address";
import {
  addresses,
  anyUrl,
  apiServer,
  cidr,
  dataKey,
  destination,
  dnsLabel,
  durationAtMost,
  endpoint,
  enrText,
  existingNamespace,
  imageReference,
  keyValues,
  labels,
  listOfUnique,
  namespaceName,
  objectName,
  otlpEndpoint,
  port,
  resources,
  secretName,
  secretVariable,
  storage,
  storageOf,
  targetPorts,
  url,
  urlOrSecret,
  workloadName,
} from "./fields";
import { kubernetes } from "./kubernetes";
import { checkNames, nodeOf } from "./p2p-names";
import type { Announced, ValuesSection } from "./section";

const announce = z
  .union([
    z.enum(["clusterIp", "podIp", "publicIp"]),
    z.strictObject({
      clusterIp: z
        .strictObject({
          addresses: addresses(CLUSTER_IPV4).describe(
            "Reserved ClusterIPs, one per replica, free in the cluster's service range.",
          ),
        })
        .describe("ClusterIPs that are known in advance."),
    }),
    z.strictObject({
      publicIp: z
        .enum(["hostPort", "hostNetwork"])
        .describe(
          "How traffic to the public address of the host reaches the pod. `announce: publicIp` means `hostPort`.",
        ),
    }),
    z.strictObject({
      address: z
        .strictObject({
          ips: addresses(HOST_IPV4).describe("Reserved public addresses, one per replica."),
          via: z
            .enum(["loadBalancer", "hostPort", "hostNetwork"])
            .default("loadBalancer")
            .describe("How traffic to the address reaches the pod. The host modes need an address of the host."),
          nodePorts: listOfUnique(port)
            .optional()
            .describe(
              "Reserved node ports of the load balancers, one per address, for TCP and UDP. For bare metal, where a " +
                "balancer or a firewall in front of the cluster names hosts and ports. Default: Kubernetes chooses.",
            ),
        })
        .describe("Reserved public addresses."),
    }),
  ])
  .describe("The address that the node announces.");

const identity = z
  .union([
    z.literal("persisted"),
    z.strictObject({
      secret: secretName.describe("A Secret with one key per pod name, made by `rollup-network keys bootstrap`."),
      enrs: z.array(enrText).min(1).describe("The ENRs of those keys, one per replica."),
    }),
  ])
  .describe("Where the node's key is kept.");

const secretEnv = z
  .record(
    z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "must be an environment variable: capitals, digits and underscores"),
    secretVariable,
  )
  .default({})
  .describe("Environment variables from Secrets, such as L1 endpoints with a key in the URL.");

const named = {
  name: workloadName(52).describe(
    "Name of the workload, and prefix of its Services; at most 52 characters. A new name is a new node with a new " +
      "identity.",
  ),
};

const workload = {
  env: keyValues
    .default({})
    .describe("More environment variables of the node. Names that the package sets are refused."),
  ...kubernetes,
};

const anyNode = {
  ...named,
  replicas: z
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe("Number of pods. Every replica of a bootstrap node has its own key, address and ENR."),
  port: port.default(40400).describe("p2p port for TCP and UDP, on which the node listens and which it announces."),
  ...workload,
};

export const bootstrapNode = z.strictObject({
  ...anyNode,
  announce: announce.default("clusterIp").describe("The address that the node announces. `podIp` is refused."),
  identity: identity.default("persisted"),
  storage: storage.prefault({}).describe("Volume of the node's key and peer store."),
  pinEnr: z
    .boolean()
    .optional()
    .describe(
      "Keep discv5 from replacing the address in the ENR by a vote of peers. Default: true, except with `publicIp`.",
    ),
});

const joinUrls = z.strictObject({
  urls: listOfUnique(url)
    .min(1)
    .describe("JSON-RPC endpoints that answer `bootstrap_getEncodedEnr`. The node asks all of them at the same time."),
  attempts: z.int().min(1).max(1000).default(20).describe("Attempts per URL."),
  timeout: durationAtMost("10m")
    .default("5s")
    .describe("Timeout of one attempt, and the time from one attempt to the next."),
  require: z.enum(["any", "all"]).default("any").describe("Whether one answer is enough to start, or all must answer."),
});

export const fullNode = z.strictObject({
  ...anyNode,
  role: z.enum(["full", "rpc", "archive", "prover"]).default("full").describe("Role of the node in the network."),
  announce: announce.default("podIp").describe("The address that the node announces."),
  storage: storage
    .optional()
    .describe(
      "Keep the node's data on a volume: the node becomes a StatefulSet. Default: a Deployment, of which every new " +
        "pod syncs from the start.",
    ),
  join: listOfUnique(dnsLabel(52)).default([]).describe("Bootstrap nodes of this environment, by name."),
  externalEnrs: listOfUnique(enrText).default([]).describe("ENRs of bootstrap nodes outside this environment."),
  joinUrls: joinUrls
    .optional()
    .describe("Bootstrap nodes outside this environment that the node asks for their ENRs at start."),
  secretEnv,
  broker: dnsLabel(52).optional().describe("Name in `proverBrokers` of a prover's queue. Only role `prover` has one."),
  publisherKey: z
    .strictObject({
      secret: secretName.describe("Name of the Secret."),
      key: dataKey.describe(
        "Key in the Secret. It holds 32 bytes in hex, or several such keys with commas between them.",
      ),
    })
    .optional()
    .describe("Key by which a prover sends proofs to L1, and pays for it. Only role `prover` has one."),
});

export const proverBroker = z.strictObject({
  ...named,
  ...workload,
  storage: storageOf("8Gi").prefault({}).describe("Volume of the jobs and their proofs."),
  secretEnv,
});

export const proverAgents = z.strictObject({
  ...named,
  ...workload,
  broker: dnsLabel(52).describe("Name in `proverBrokers` of the queue that they take jobs from."),
  replicas: z.int().min(1).max(1000).optional().describe("Number of pods. Default: 1, or what `autoscale` chooses."),
  autoscale: z
    .strictObject({
      minReplicas: z.int().min(0).max(1000).default(0).describe("Fewest pods."),
      maxReplicas: z.int().min(1).max(1000).describe("Most pods."),
      prometheus: url.describe("URL of the Prometheus that KEDA asks for the length of the queue."),
      query: z
        .string()
        .min(1)
        .optional()
        .describe(
          "PromQL that answers with the number of jobs. Default: waiting and running jobs of the namespace, by the " +
            "label `k8s_namespace_name`.",
        ),
    })
    .optional()
    .describe(
      "Let KEDA choose the number of pods. Needs KEDA in the cluster, and a broker that sends its metrics " +
        "(`p2p.metrics`).",
    ),
  storage: storageOf("4Gi")
    .optional()
    .describe(
      "Keep the CRS on a volume for each pod: the agents become a StatefulSet. Default: a Deployment, of which every " +
        "new pod loads 2 GiB.",
    ),
  secretEnv,
});

const metricName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, "must be the beginning of a metric's name, such as aztec.p2p");

const crs = z
  .union([
    z.strictObject({
      mirror: url.describe(
        "URL of a folder with `g1.dat`, `g2.dat` and `grumpkin_g1.dat`, which is `grumpkin_g1_v2.dat` from line 5 on.",
      ),
    }),
    z.strictObject({
      claim: objectName.describe(
        "An existing PersistentVolumeClaim of the namespace that several pods may mount, with `bn254_g1.dat`, " +
          "`bn254_g2.dat` and `grumpkin_g1.flat.dat` in its root folder. From line 5 on the last one is " +
          "`grumpkin_g1_v2.flat.dat`. Pods mount it read-only.",
      ),
    }),
  ])
  .describe(
    "Where pods take the CRS from, the points that proofs are made and verified with. Default: " +
      "`crs.aztec-cdn.foundation`, then `crs.aztec-labs.com`.",
  );

export const p2p = z.strictObject({
  namespace: namespaceName(63).describe(
    "Namespace that the section creates and owns. No other environment may use it.",
  ),
  existingNamespace,
  chain: z
    .strictObject({
      l1ChainId: z
        .int()
        .min(1)
        .describe("Chain ID of the L1: 1 is mainnet, 11155111 is Sepolia, 31337 is a local Anvil."),
      network: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Name of a public network. Every node reads the network's configuration at start, and adds its own " +
            "bootstrap nodes to the network's.",
        ),
      networkConfigUrl: url
        .optional()
        .describe(
          "Where a copy of the network's configuration is served. Default: GitHub and `metadata.aztec.network`.",
        ),
      registryAddress: z
        .string()
        .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address of 20 bytes in hex (0x…)")
        .optional()
        .describe("Address of the rollup registry on L1. Full nodes need this or `network`."),
      l1ExecutionUrls: listOfUnique(urlOrSecret)
        .default([])
        .describe("JSON-RPC endpoints of L1 execution nodes. For a URL with a key in it, use `secretEnv`."),
      l1ConsensusUrls: listOfUnique(urlOrSecret)
        .default([])
        .describe("REST endpoints of L1 consensus nodes. A query is refused, because paths are appended."),
      l1DebugUrls: listOfUnique(urlOrSecret)
        .default([])
        .describe(
          "JSON-RPC endpoints of L1 execution nodes that trace transactions of the last 12 hours. May be those of " +
            "`l1ExecutionUrls`. Full nodes of line 6 need one.",
        ),
      l1WithoutDebug: z
        .boolean()
        .default(false)
        .describe(
          "Start nodes of line 6 without `l1DebugUrls`. They then cannot recover the data of some proposals, and may " +
            "stop to follow the chain.",
        ),
      publicUrls: listOfUnique(anyUrl)
        .default([])
        .describe(
          "URLs of this section that look as if they held a key, and hold none. Write each one whole, as where it is " +
            "used.",
        ),
    })
    .describe("The L1 and the rollup."),
  image: imageReference.describe(
    "Image of the node software, by digest or by a fixed tag. `latest` and a missing tag are refused.",
  ),
  release: z
    .literal([4, 5, 6])
    .optional()
    .describe(
      "Release line of the image. Default: that of the image's tag, such as 4 of `4.1.2`. Needed for a digest " +
        "without a tag, and for a tag that is no version.",
    ),
  ...kubernetes,
  spread: z.enum(["hard", "soft"]).describe("Whether replicas must (hard) or should (soft) run on different hosts."),
  bootstrap: z.array(bootstrapNode).default([]).describe("Bootstrap nodes."),
  nodes: z.array(fullNode).default([]).describe("Nodes that join."),
  proverBrokers: z.array(proverBroker).default([]).describe("Queues between prover nodes and their agents."),
  proverAgents: z.array(proverAgents).default([]).describe("Agents that make proofs."),
  crs: crs.optional(),
  resources: z
    .strictObject({
      bootstrap: resources.describe("Requests and limit of bootstrap nodes."),
      full: resources.describe("Requests and limit of full nodes."),
      rpc: resources.describe("Requests and limit of RPC nodes."),
      archive: resources.describe("Requests and limit of archive nodes."),
      prover: resources.describe("Requests and limit of prover nodes."),
      proverBroker: resources.optional().describe("Requests and limit of prover brokers."),
      proverAgent: resources.optional().describe("Requests and limit of prover agents."),
    })
    .describe("Requests and limits for each role. `kubernetes.resources.node` of a node wins over its role's."),
  metrics: z
    .strictObject({
      endpoint: otlpEndpoint,
      exclude: listOfUnique(metricName)
        .optional()
        .describe("Metrics that are not sent, by the beginnings of their names. Default: all are sent."),
      include: listOfUnique(metricName)
        .optional()
        .describe("The only metrics that are sent, by the beginnings of their names. Not beside `exclude`."),
    })
    .optional()
    .describe(
      "Where all roles send their metrics. The node's own `env` wins, with variables that begin with `OTEL_`. " +
        "Default: nowhere.",
    ),
  tracing: z
    .strictObject({ endpoint: otlpEndpoint })
    .optional()
    .describe("Where all roles send their traces. Aztec sends them only beside metrics. Default: nowhere."),
  networkPolicies: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Create a default-deny policy, and a policy for each node with the connections that it needs."),
      ...apiServer(),
      l1: listOfUnique(cidr)
        .default([])
        .describe(
          "Addresses of the L1 endpoints, at the ports of their URLs. Hosts with private addresses must be named. " +
            "Default: these ports on the internet.",
        ),
      peers: z
        .array(destination)
        .default([])
        .describe(
          "Peers outside the namespace that are not on the internet. They may ask bootstrap nodes for their ENR. " +
            "Their `ports` are for TCP and UDP.",
        ),
      rpcClients: z
        .array(endpoint)
        .default([])
        .describe("Who may call the RPC port of the joining nodes. Default: nobody."),
      egress: z
        .array(destination)
        .default([])
        .describe("More destinations of the nodes, such as a telemetry collector."),
      targetPorts,
      monitoring: dnsLabel(63).optional().describe("Namespace whose pods may scrape metrics."),
    })
    .prefault({})
    .describe("What the policies cannot derive from the other values."),
  monitoring: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          "Create a PodMonitor and a PrometheusRule in a Helm release. Needs the Prometheus operator's CRDs in the " +
            "cluster, `networkPolicies.monitoring`, and `runbookBase`.",
        ),
      labels: labels.default({}).describe("Labels by which Prometheus selects the PodMonitor and the PrometheusRule."),
    })
    .prefault({})
    .describe("Alerts through the Prometheus operator."),
});

export type P2pValues = z.output<typeof p2p>;
export type BootstrapValues = z.output<typeof bootstrapNode>;
export type FullNodeValues = z.output<typeof fullNode>;
export type ProverBrokerValues = z.output<typeof proverBroker>;
export type ProverAgentsValues = z.output<typeof proverAgents>;
export type AnnounceValues = z.output<typeof announce>;
export type IdentityValues = z.output<typeof identity>;

export const p2pSection = {
  schema: p2p,
  is: "The p2p network",
  check: checkNames,
  maker: nodeOf,
  announces,
  onHost,
} satisfies ValuesSection<P2pValues>;

/** Whether a node takes its address from its host. */
function onHost({ bootstrap, nodes }: P2pValues): boolean {
  return [...bootstrap, ...nodes].some(({ announce }) =>
    typeof announce === "string"
      ? announce === "publicIp"
      : "publicIp" in announce || ("address" in announce && announce.address.via !== "loadBalancer"),
  );
}

/** Reserved addresses, and ENRs of keys that were made in advance. */
function announces({ bootstrap, nodes }: P2pValues): Announced[] {
  const records = bootstrap.flatMap(({ identity }, i) =>
    typeof identity === "string"
      ? []
      : identity.enrs.map((enr, j) => ({
          thing: "ENR",
          ofCluster: false,
          name: enr,
          path: ["bootstrap", i, "identity", "enrs", j],
        })),
  );
  const addresses = Object.entries({ bootstrap, nodes }).flatMap(([list, each]) =>
    each.flatMap(({ announce, port }, i): Announced[] => {
      if (typeof announce === "string") return [];
      const path = [list, i, "announce"];
      if ("clusterIp" in announce) {
        return announce.clusterIp.addresses.map((name, j) => ({
          thing: "ClusterIP",
          ofCluster: true,
          name,
          path: [...path, "clusterIp", "addresses", j],
        }));
      }
      if (!("address" in announce)) return [];
      const { ips, nodePorts = [] } = announce.address;
      return [
        ...ips.map((ip, j) => ({
          thing: "address",
          ofCluster: isPrivateAddress(ip),
          name: `${ip}:${port}`,
          path: [...path, "address", "ips", j],
        })),
        ...nodePorts.map((nodePort, j) => ({
          thing: "node port",
          ofCluster: true,
          name: String(nodePort),
          path: [...path, "address", "nodePorts", j],
        })),
      ];
    }),
  );
  return [...records, ...addresses];
}
