import type { P2pEnvironment } from "../stacks/p2p/props";

/** Names of the environments that both sides build. */
export function environmentNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `bench-${i}`);
}

/** The nodes that join, by name and replicas. */
export const JOINING = [
  { name: "full", role: "full", replicas: 2 },
  { name: "full-b", role: "full", replicas: 2 },
  { name: "full-c", role: "full", replicas: 1 },
  { name: "rpc", role: "rpc", replicas: 2 },
  { name: "rpc-b", role: "rpc", replicas: 1 },
] as const;

/** An environment as the values loader returns it: one bootstrap node and five nodes that join it, policies on. */
export function environmentValues(name: string): P2pEnvironment {
  const small = { cpu: "100m", memory: "512Mi", memoryLimit: "1Gi" };
  const large = { cpu: "250m", memory: "1Gi", memoryLimit: "2Gi" };
  return {
    profile: "dev",
    protected: false,
    requireDigests: false,
    publicUrls: [],
    cluster: {
      inCluster: false,
      kubeconfig: "~/.kube/config",
      context: "bench",
      domain: "cluster.local",
      ignoreAnnotations: [],
      ignoreLabels: [],
    },
    backend: { local: { dir: "state" } },
    p2p: {
      existingNamespace: false,
      namespace: name,
      chain: {
        l1ChainId: 31337,
        registryAddress: "0x00000000000000000000000000000000deadbeef",
        l1ExecutionUrls: ["http://l1-execution.l1.svc:8545"],
        l1ConsensusUrls: ["http://l1-consensus.l1.svc:5052"],
        publicUrls: [],
        l1DebugUrls: [],
        l1WithoutDebug: false,
      },
      image: "aztecprotocol/aztec:4.1.2",
      spread: "soft",
      bootstrap: [
        {
          name: "boot",
          replicas: 1,
          port: 40400,
          env: {},
          announce: "clusterIp",
          identity: "persisted",
          storage: { size: "2Gi" },
        },
      ],
      nodes: JOINING.map(joining),
      proverBrokers: [],
      proverAgents: [],
      resources: {
        bootstrap: small,
        full: large,
        rpc: large,
        archive: large,
        prover: large,
        proverBroker: large,
        proverAgent: large,
      },
      networkPolicies: {
        enabled: true,
        apiServer: [],
        apiServerPorts: [443, 6443],
        l1: [],
        peers: [],
        rpcClients: [],
        egress: [],
        targetPorts: {},
      },
      monitoring: { enabled: false, labels: {} },
    },
  };
}

function joining(node: (typeof JOINING)[number]): P2pEnvironment["p2p"]["nodes"][number] {
  return {
    ...node,
    port: 40400,
    env: {},
    secretEnv: {},
    announce: "podIp",
    join: ["boot"],
    externalEnrs: [],
  };
}
