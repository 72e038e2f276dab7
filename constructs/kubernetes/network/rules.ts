import type { NetworkPolicyV1SpecEgress } from "../framework/provider-types";
import { type Destination, peerOf } from "./endpoint";
import { hostOf } from "./host";
import { INTERNET } from "./internet";

export const tcp = (port: number) => ({ protocol: "TCP", port: String(port) });
export const udp = (port: number) => ({ protocol: "UDP", port: String(port) });

/** Ports of addresses; of the internet where none are named. */
export function toAddresses(
  cidrs: readonly string[] | undefined,
  ports: readonly number[],
): NetworkPolicyV1SpecEgress[] {
  const to = cidrs?.length ? cidrs.map(cidr => peerOf({ cidr })) : INTERNET;
  return ports.length > 0 ? [{ ports: [...new Set(ports)].map(tcp), to }] : [];
}

/** Namespaces to which URLs lead. */
export function namespacesOf(urls: readonly string[], clusterDomain: string): string[] {
  const hosts = urls.map(url => hostOf(url, clusterDomain));
  return [...new Set(hosts.flatMap(host => (host.kind === "cluster" ? host.namespace : [])))];
}

/** Ports of pods by `<host>:<port>` of the URLs that lead to their Service. */
export type TargetPorts = Readonly<Record<string, number>>;

/**
 * Pods behind the Services of URLs, one rule for each namespace. Policies see the pod's port: it is the URL's, unless
 * `targetPorts` names another one.
 */
export function toServices(
  urls: readonly string[],
  clusterDomain: string,
  targetPorts: TargetPorts = {},
): NetworkPolicyV1SpecEgress[] {
  const ports = new Map<string, number[]>();
  for (const url of urls) {
    const host = hostOf(url, clusterDomain);
    if (host.kind !== "cluster") continue;
    const port = targetPorts[`${new URL(url).hostname}:${host.port}`] ?? host.port;
    ports.set(host.namespace, [...(ports.get(host.namespace) ?? []), port]);
  }
  return [...ports].map(([namespace, each]) => ({
    ports: [...new Set(each)].map(tcp),
    to: [peerOf({ namespace })],
  }));
}

/**
 * Where URLs lead outside of the cluster: an address at its port, and names at theirs on the internet.
 * @param cidrs addresses of all of them, the cluster's too, since a Service may stand for addresses outside
 * @param further ports of URLs that are not known here
 */
export function toUrls(
  urls: readonly string[],
  clusterDomain: string,
  cidrs: readonly string[] = [],
  further: readonly number[] = [],
): NetworkPolicyV1SpecEgress[] {
  const hosts = urls.map(url => hostOf(url, clusterDomain));
  if (cidrs.length > 0) return toAddresses(cidrs, [...hosts.map(({ port }) => port), ...further]);
  const named = hosts.filter(({ kind }) => kind === "name").map(({ port }) => port);
  const addresses = new Map<string, number[]>();
  for (const host of hosts) {
    if (host.kind === "address") addresses.set(host.cidr, [...(addresses.get(host.cidr) ?? []), host.port]);
  }
  return [
    ...toAddresses(undefined, [...named, ...further]),
    ...[...addresses].flatMap(([cidr, ports]) => toAddresses([cidr], ports)),
  ];
}

/** Peers, who are called by TCP and UDP. */
export function toPeers(peers: readonly Destination[] = []): NetworkPolicyV1SpecEgress[] {
  return peers.map(each => ({
    ...(each.ports?.length && { ports: each.ports.flatMap(port => [tcp(port), udp(port)]) }),
    to: [peerOf(each)],
  }));
}

/** What users name beside the wiring: one rule for those without ports, and one for each with. */
export function toDestinations(destinations: readonly Destination[] = []): NetworkPolicyV1SpecEgress[] {
  const open = destinations.filter(({ ports }) => !ports?.length);
  const limited = destinations.filter(({ ports }) => ports?.length);
  return [
    ...(open.length > 0 ? [{ to: open.map(peerOf) }] : []),
    ...limited.map(each => ({ ports: (each.ports ?? []).map(tcp), to: [peerOf(each)] })),
  ];
}
