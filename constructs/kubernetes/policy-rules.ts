import type { NetworkPolicyV1SpecEgress } from "./framework/provider";

/** Somewhere outside the namespace: pods of another one, or addresses. */
export type Endpoint =
  | { readonly namespace: string; readonly podLabels?: Readonly<Record<string, string>> }
  | { readonly cidr: string };

const NODE_LOCAL_DNS = "169.254.20.10/32";

/** Cluster DNS, at its Service or at the cache on the node. */
export const DNS: NetworkPolicyV1SpecEgress = {
  ports: [
    { protocol: "UDP", port: "53" },
    { protocol: "TCP", port: "53" },
  ],
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    { ipBlock: { cidr: NODE_LOCAL_DNS } },
  ],
};

export const tcp = (port: number) => ({ protocol: "TCP", port: String(port) });

export function endpoint(target: Endpoint) {
  if ("cidr" in target) return { ipBlock: { cidr: target.cidr } };
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": target.namespace } },
    ...(target.podLabels &&
      Object.keys(target.podLabels).length > 0 && { podSelector: { matchLabels: { ...target.podLabels } } }),
  };
}

/** The addresses where they are given, else the ports anywhere. */
export function reach(cidrs: readonly string[] | undefined, ports: readonly number[]): NetworkPolicyV1SpecEgress {
  return cidrs?.length ? { to: cidrs.map(cidr => endpoint({ cidr })) } : { ports: ports.map(tcp) };
}

export function reachIfAny(
  cidrs: readonly string[] | undefined,
  ports: readonly number[],
): NetworkPolicyV1SpecEgress[] {
  return cidrs?.length || ports.length > 0 ? [reach(cidrs, [...new Set(ports)])] : [];
}

/** Ports of the URLs that lead out of the cluster. */
export function externalPorts(urls: readonly string[]): number[] {
  return urls.filter(url => clusterNamespace(url) === undefined).map(portOf);
}

/**
 * The namespace of `http://<service>.<namespace>.svc…`; policies see the pods behind it, so ports of the Service do not
 * apply.
 */
export function clusterNamespace(url: string): string | undefined {
  return /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(new URL(url).hostname)?.[1];
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port ? Number(port) : protocol === "https:" ? 443 : 80;
}
