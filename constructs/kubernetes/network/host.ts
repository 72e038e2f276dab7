import { isIP } from "node:net";
import { cidrOf, isPrivateAddress } from "../address";
import { isToken } from "../framework/tokens";
import { urlFault, urlHostFault } from "../grammar/address";
import type { Problem } from "../problem";

/** Where a URL leads, as a NetworkPolicy can say it. */
export type Host = { readonly port: number } & (
  | {
      /** Pods of a namespace. The port is the Service's; policies see the pods', which may be another one. */
      readonly kind: "cluster";
      readonly namespace: string;
    }
  | { readonly kind: "address"; readonly cidr: string }
  | {
      /** A name that DNS outside of the cluster resolves. */
      readonly kind: "name";
      readonly name: string;
    }
  | {
      /** Nothing that a pod could resolve whatever its namespace. */
      readonly kind: "incomplete";
    }
);

/**
 * Reads a URL. A name that ends in `.svc` or in the cluster's domain is of the cluster, and its namespace stands before
 * `.svc`: `geth.l1.svc`, `geth-0.geth.l1.svc.cluster.local`. Two labels or more are a name outside.
 */
export function hostOf(url: string, clusterDomain: string): Host {
  const { hostname, protocol, port: given } = new URL(url);
  const port = given ? Number(given) : protocol === "https:" ? 443 : 80;
  const name = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (isIP(name) > 0) return { kind: "address", cidr: cidrOf(name), port };
  const suffix = `.${clusterDomain}`;
  const ofDomain = name.endsWith(suffix);
  const [kind, namespace, ...owner] = (ofDomain ? name.slice(0, -suffix.length) : name).split(".").reverse();
  if (kind === "svc" || (ofDomain && kind === "pod")) {
    return namespace && owner.length > 0 ? { kind: "cluster", namespace, port } : { kind: "incomplete", port };
  }
  return ofDomain || namespace === undefined ? { kind: "incomplete", port } : { kind: "name", name, port };
}

/** What is wrong with the host of a URL: nobody is there, it is one label, or it lacks the namespace of its Service. */
export function hostProblem(url: string, clusterDomain: string): Omit<Problem, "path"> | undefined {
  if (isToken(url)) return undefined;
  const [fault, remedy] = urlFault(url) ?? urlHostFault(url) ?? [];
  if (fault) return { message: `"${url}" ${fault}`, remedy };
  if (hostOf(url, clusterDomain).kind !== "incomplete") return undefined;
  return {
    message: `"${url}" has no full host name: NetworkPolicies need to know where it leads`,
    remedy: "write <service>.<namespace>.svc for a Service, or the whole name",
  };
}

/** Names that people and clouds use for private addresses: RFC 6762 and 8375, ICANN's `.internal`, private zones. */
const PRIVATE_NAME =
  /\.(internal|local|localdomain|lan|corp|home|intranet|private|home\.arpa)$|\.svc\.|(^|\.)(privatelink|vpce)\./;

/**
 * Whether nobody can tell from a URL that it leads to the internet: its name is of a private zone, or it is plain HTTP.
 */
export function maybePrivate(url: string, clusterDomain: string): boolean {
  const host = hostOf(url, clusterDomain);
  if (host.kind === "address") return isPrivateAddress(host.cidr.split("/")[0] as string);
  return host.kind === "name" && (PRIVATE_NAME.test(host.name) || url.startsWith("http:"));
}

/**
 * What to tell of URLs that are taken for ones on the internet, where that may be wrong.
 * @param key names their addresses, such as `l1`
 */
export function hostWarnings(urls: readonly string[], key: string, clusterDomain: string): string[] {
  return [...new Set(urls)].flatMap(url => {
    const host = hostOf(url, clusterDomain);
    if (host.kind !== "name") return [];
    const labels = host.name.split(".");
    if (labels.length === 2) {
      const [service, namespace] = labels;
      return [
        `${host.name} is taken for a host outside of the cluster: ` +
          `Service ${service} of namespace ${namespace} is ${host.name}.svc`,
      ];
    }
    if (!maybePrivate(url, clusterDomain)) return [];
    return [
      `${host.name} may have a private address, which the NetworkPolicy denies: name its addresses in ${key}` +
        (host.name.includes(".svc.") ? `, or set the cluster's domain, which is ${clusterDomain} now` : ""),
    ];
  });
}
