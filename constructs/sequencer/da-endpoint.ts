import { isIPv4 } from "node:net";
import { hostOf } from "../kubernetes/network/host";
import type { Problem } from "../kubernetes/problem";

/** A data availability endpoint as a HAProxy server needs it. */
export interface DaEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The Host header: with the port where the URL names one. */
  readonly authority: string;
  /** Whether `host` has to be resolved. */
  readonly named: boolean;
}

const REMEDY =
  "give it as http://host:port or https://host[:port]; a token belongs into a Secret, which authToken names, or " +
  "pathSecrets where it is part of the path";

/** What is wrong with the URL of a DA endpoint; nothing when it can be used. */
export function daEndpointProblem(endpoint: string): Pick<Problem, "message" | "remedy"> | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return { message: `"${endpoint}" is no http or https URL`, remedy: REMEDY };
  if (url.username || url.password || url.pathname !== "/" || url.search || url.hash)
    return { message: `"${url.origin}…" has more than a host and a port`, remedy: REMEDY }; // it may be a key
  const { hostname } = url;
  if (isIPv4(hostname)) {
    if (url.protocol === "http:") return undefined;
    return { message: `"${endpoint}" is https to an address`, remedy: "use the name that its certificate is made for" };
  }
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname))
    return {
      message: `"${endpoint}" has no full host name`,
      remedy: "the mesh asks DNS without a search list: write <service>.<namespace>.svc, or the whole name",
    };
  return undefined;
}

/** What is wrong with an endpoint that is the sequencer itself: its mesh would ask itself instead of the DA. */
export function ownDaProblem(
  endpoint: string,
  {
    name,
    namespace,
    clusterDomain,
  }: { readonly name: string; readonly namespace: string; readonly clusterDomain: string },
): Pick<Problem, "message" | "remedy"> | undefined {
  const host = hostOf(endpoint, clusterDomain);
  if (host.kind !== "cluster" || host.namespace !== namespace) return undefined;
  const service = new URL(endpoint).hostname.split(`.${namespace}.svc`)[0]?.split(".").at(-1) ?? "";
  if (!service.startsWith(name) || !/^(-(headless|read|\d+))?$/.test(service.slice(name.length))) return undefined;
  return { message: `"${endpoint}" is a Service of this sequencer itself`, remedy: "name a node of the DA" };
}

/** What is wrong with an endpoint that is listed twice: HAProxy does not start with two servers of one name. */
export function sameDaProblem(
  endpoints: readonly string[],
  index: number,
  clusterDomain: string,
): Pick<Problem, "message" | "remedy"> | undefined {
  const endpoint = endpoints[index] as string;
  const same = (other: string) =>
    !daEndpointProblem(other) &&
    daEndpoint(other, clusterDomain).authority === daEndpoint(endpoint, clusterDomain).authority;
  const first = endpoints.findIndex(same);
  if (first === index) return undefined;
  return { message: `"${endpoint}" is the same as endpoints[${first}]`, remedy: "name every DA once" };
}

/**
 * Reads the URL of a DA endpoint; throws where `daEndpointProblem` finds something. A name that ends in `.svc` gets the
 * cluster's domain.
 */
export function daEndpoint(endpoint: string, clusterDomain: string): DaEndpoint {
  const problem = daEndpointProblem(endpoint);
  if (problem) throw new Error(`DA endpoint ${problem.message} → ${problem.remedy}`);
  const url = new URL(endpoint);
  const tls = url.protocol === "https:";
  const host = url.hostname.endsWith(".svc") ? `${url.hostname}.${clusterDomain}` : url.hostname;
  return {
    host,
    port: url.port ? Number(url.port) : tls ? 443 : 80,
    tls,
    authority: url.port ? `${host}:${url.port}` : host,
    named: !isIPv4(host),
  };
}

/** Where a node dials its one DA, by itself. */
export function daUrl(endpoint: string, clusterDomain: string): string {
  const { tls, host, port } = daEndpoint(endpoint, clusterDomain);
  return `${tls ? "https" : "http"}://${host}:${port}`;
}
