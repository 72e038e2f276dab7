import { type Labels, NAMESPACE_NAME } from "../../../manifests/read/labels";

/** Pods of others, one of each, which no policy holds: some are in namespaces that the values name. */
export const OUTSIDERS: Readonly<Record<string, { readonly namespace: string; readonly labels?: Labels }>> = {
  apps: { namespace: "apps" },
  wallet: { namespace: "apps", labels: { app: "wallet" } },
  ingress: { namespace: "ingress" },
  monitoring: { namespace: "monitoring" },
  l1: { namespace: "l1" },
  "devnet-da": { namespace: "devnet-da" },
  "example-da": { namespace: "example-da" },
  foreign: { namespace: "foreign" },
};

/** Where clouds give instances and pods their credentials and configuration. */
export const METADATA: readonly string[] = [
  "169.254.169.254", // AWS, Google Cloud, Azure and most others
  "169.254.169.252", // GKE
  "169.254.169.253", // AWS' resolver
  "169.254.170.2", // AWS ECS
  "169.254.170.23", // AWS EKS Pod Identity
  "168.63.129.16", // Azure
  "100.100.100.200", // Alibaba Cloud
];

/** Addresses that a node of the cluster is given, so that something answers there. */
export const ADDRESSES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(METADATA.map(address => [address, address])),
  "node-local DNS": "169.254.20.10",
  "named API server": "10.0.0.10", // of the examples that name one
  "private address": "10.77.0.7",
  "public address": "203.0.113.7",
};

/** Machines of the cluster: another node with its kubelet, and the control plane with etcd. */
export const MACHINES = ["node", "API server"] as const;

/** Words of the table for several destinations. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  metadata: METADATA,
  DNS: ["cluster DNS", "node-local DNS"],
  anywhere: [
    ...Object.keys(OUTSIDERS),
    "cluster DNS",
    "named API server",
    "private address",
    "public address",
    ...MACHINES,
  ],
};

/** Ports that every stack's calls try beside its own: web, etcd, the API server, and one that is nobody's; DNS. */
export const TCP = [80, 443, 2379, 6443, 9999];
export const UDP = [53, 9999];

export const namespaceObject = (name: string, labels: Labels = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { ...labels, [NAMESPACE_NAME]: name } },
});
