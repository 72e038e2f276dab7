import type { NetworkPolicyV1SpecEgress } from "../framework/provider-types";
import { type Destination, peerOf } from "./endpoint";

/** A cluster DNS that is known by a name. */
export type DnsPreset = "kube-dns" | "openshift" | "node-local" | "link-local";

/** Where clusters have their DNS, at the port of its pods. */
const PRESETS: { readonly [name in DnsPreset]: readonly Destination[] } = {
  /** kube-dns, or CoreDNS under its name: kubeadm, EKS, GKE, AKS, k3s. */
  "kube-dns": [{ namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } }],
  /** The DNS operator's pods, whose Service maps 53 to 5353. */
  openshift: [
    { namespace: "openshift-dns", podLabels: { "dns.operator.openshift.io/daemonset-dns": "default" }, ports: [5353] },
  ],
  /** NodeLocal DNSCache, at the address of its manifests. */
  "node-local": [{ cidr: "169.254.20.10/32" }],
  /** The resolvers of AWS and of Google, beside metadata services. Port 53 only: credentials are at others. */
  "link-local": [{ cidr: "169.254.169.253/32" }, { cidr: "169.254.169.254/32" }],
};

export const DNS_PRESETS = Object.keys(PRESETS) as DnsPreset[];

/** Where pods resolve names: a preset, or pods or addresses with ports. Default port: 53. */
export type DnsServer = DnsPreset | Destination;

const PORT = 53;

/** The rules by which pods reach cluster DNS: one for each set of ports. */
export function toDns(servers: readonly DnsServer[]): NetworkPolicyV1SpecEgress[] {
  const destinations = servers.flatMap(each => (typeof each === "string" ? PRESETS[each] : [each]));
  const byPorts = new Map<string, Destination[]>();
  for (const each of destinations) {
    const key = portsOf(each).join();
    byPorts.set(key, [...(byPorts.get(key) ?? []), each]);
  }
  return [...byPorts.values()].map(group => ({
    ports: portsOf(group[0] as Destination).flatMap(port =>
      ["UDP", "TCP"].map(protocol => ({ protocol, port: String(port) })),
    ),
    to: group.map(peerOf),
  }));
}

const portsOf = ({ ports }: Destination) => (ports?.length ? ports : [PORT]);

/**
 * Cluster DNS as most clusters have it. A NetworkPolicy with this very rule has those of the block `kubernetes`
 * instead, where that says `clusterDns`.
 */
export const [DNS] = toDns(["kube-dns", "node-local"]) as [NetworkPolicyV1SpecEgress];

/** The rules of a policy, with cluster DNS where the platform has it. */
export function withClusterDns(rules: readonly object[], servers: readonly DnsServer[]): object[] {
  return rules.flatMap(rule => (rule === DNS ? toDns(servers) : [rule]));
}
