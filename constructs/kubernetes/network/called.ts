import type { NetworkPolicyV1SpecEgress } from "../framework/provider-types";
import { isToken } from "../framework/tokens";
import { urlHostFault } from "../grammar/address";
import type { Problem } from "../problem";
import { hostOf } from "./host";
import { toServices, toUrls } from "./rules";

/** What containers are told, by the names of variables. */
export interface Told {
  readonly env?: Readonly<Record<string, string>>;
  readonly secretEnv?: Readonly<Record<string, { readonly targets?: readonly string[] }>>;
}

/** Ports that a scheme stands for, by IANA's registry, where a URL may leave its port out. */
const PORTS: Readonly<Record<string, number>> = {
  "ws:": 80,
  "wss:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "redis:": 6379,
};

/** A URL in what containers are told. */
interface Called {
  /** Its host with the port, as it is written. */
  readonly host: string;
  /** A URL of HTTP with the same host and port; absent where the port is not known. */
  readonly url?: string;
}

/**
 * URLs in what containers are told, such as a telemetry collector's or those of snapshots: policies open the way there.
 * Those of other schemes than HTTP are returned as URLs of HTTP with the same host and port.
 */
export function calledUrls({ env = {}, secretEnv = {} }: Told): string[] {
  const texts = [...Object.values(env), ...Object.values(secretEnv).flatMap(({ targets = [] }) => targets)];
  return texts.flatMap(text => calledIn(text).flatMap(({ url }) => url ?? []));
}

/** Of the variables those with a URL that policies cannot open, since nobody can tell where it leads. */
export function calledWarnings(place: string, { env = {} }: Told, clusterDomain: string): string[] {
  return Object.entries(env).flatMap(([name, text]) =>
    calledIn(text).flatMap(({ host, url }) => {
      const drops = (what: string, write: string) =>
        `${place}.${name}: ${host} ${what}, so the NetworkPolicy drops the calls: write ${write}, or name it in egress`;
      if (url === undefined) return [drops("has no port", "it")];
      return isFull(url, clusterDomain) ? [] : [drops("is no full host name", "<service>.<namespace>.svc")];
    }),
  );
}

/** Targets of Secrets that no policy can open. */
export function targetProblems(path: Problem["path"], targets: readonly string[]): Problem[] {
  return targets.flatMap((target, i) => {
    if (isToken(target)) return [];
    const [{ url } = {}, ...more] = calledIn(target);
    if (url && more.length === 0 && isFull(url, "cluster.local") && !new URL(target).password) return [];
    const remedy = "give the URL without its secret, as https://l1.example.org or postgres://db.data.svc:5432";
    return [{ path: [...path, "targets", i], message: `"${target}" does not say where it leads`, remedy }];
  });
}

/** The rules for what every pod is told. The cluster's domain is what stands behind `.svc`. */
export function toCalled(urls: readonly string[]): NetworkPolicyV1SpecEgress[] {
  const domains = urls.flatMap(url => /\.svc\.(.+?)\.?$/.exec(new URL(url).hostname)?.[1] ?? []);
  const domain = domains[0] ?? "cluster.local";
  return [...toServices(urls, domain), ...toUrls(urls, domain)];
}

/** The URLs in a variable's text, which has one or several with commas between them. */
export function urlsIn(text: string): string[] {
  if (isToken(text)) return [];
  const parts = text.split(",").map(each => each.trim());
  return parts.filter(each => /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(each) && URL.canParse(each));
}

const isFull = (url: string, clusterDomain: string) => hostOf(url, clusterDomain).kind !== "incomplete";

/** The URLs of a text, but those that lead back into the pod or nowhere. */
function calledIn(text: string): Called[] {
  return urlsIn(text).flatMap(written => {
    const { protocol, host, hostname, port } = new URL(written);
    if (/^https?:$/.test(protocol)) return leads(written) ? [{ host, url: new URL(written).href }] : [];
    const known = Number(port) || PORTS[protocol];
    if (known) {
      const url = new URL(`http://${hostname}:${known}`).href;
      return leads(url) ? [{ host, url }] : [];
    }
    return leads(`http://${hostname}`) ? [{ host }] : [];
  });
}

const leads = (url: string) => URL.canParse(url) && !urlHostFault(new URL(url).href);
