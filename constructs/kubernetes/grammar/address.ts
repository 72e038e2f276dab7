import { isIP } from "node:net";
import { cidrOf, isWithin } from "../address";
import type { Fault, Grammar } from "./grammar";

type Range = readonly [cidr: string, what: string];

/** Addresses that no other host has: IANA's registries of special purposes, RFC 6890. */
const NOBODY: readonly Range[] = [
  ["0.0.0.0/8", "no host has it"],
  ["127.0.0.0/8", "it is the pod's own loopback"],
  ["224.0.0.0/4", "it is a multicast group"],
  ["255.255.255.255/32", "it is the broadcast address"],
  ["::/128", "no host has it"],
  ["::1/128", "it is the pod's own loopback"],
  ["ff00::/8", "it is a multicast group"],
  ["::ffff:0.0.0.0/96", "it is an IPv4 address in another spelling"],
];

const LINK_LOCAL = "it is link-local, and means another thing on every host";

/** Addresses at which no other host can be reached. */
const NOWHERE: readonly Range[] = [...NOBODY, ["169.254.0.0/16", LINK_LOCAL], ["fe80::/10", LINK_LOCAL]];

/** Google's clusters may use it for pods and Services. Nothing on the internet has an address in it. */
const RESERVED: Range = ["240.0.0.0/4", "it is reserved, and nobody routes it"];

/** Why no other host has an address; nothing where one may have. */
const nowhere = (address: string, ranges: readonly Range[]) => ranges.find(([cidr]) => isWithin([cidr], address))?.[1];

const IPV4_FORM = /^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$/;

const unusable =
  (ranges: readonly Range[], remedy: string) =>
  (text: string): Fault | undefined => {
    if (isIP(text) !== 4) return ["is not an IPv4 address", "each of its four numbers is at most 255"];
    const why = nowhere(text, ranges);
    return why ? [`is not the address of a host: ${why}`, remedy] : undefined;
  };

/** An address that a Service of the cluster may have. */
export const CLUSTER_IPV4: Grammar = {
  is: "an IPv4 address",
  form: IPV4_FORM,
  longest: 15,
  wrong: unusable(NOWHERE, "reserve one of the cluster's service range"),
};

/** An address that hosts or load balancers have, to be announced to others. */
export const HOST_IPV4: Grammar = {
  ...CLUSTER_IPV4,
  wrong: unusable([...NOWHERE, RESERVED], "give the address at which others reach the node"),
};

/** What is wrong with any URL: nobody is told what is after its `#`, and DNS has no such name. */
export function urlFault(url: string): Fault | undefined {
  if (url.includes("#")) return ["has a part after #, which no server gets to see", "remove it"];
  const { hostname } = new URL(url);
  if (hostname.startsWith("[")) return undefined;
  const labels = hostname.replace(/\.$/, "").split(".");
  // Names of Services and namespaces are DNS labels. Elsewhere there are hosts with an underscore.
  const form = /\.svc(\.|$)/.test(hostname) ? DNS_LABEL : NAME_LABEL;
  if (hostname.length <= 253 && labels.every(label => form.test(label))) return undefined;
  return ["has a host that is no name of DNS", "use labels of letters, digits and dashes, at most 63 characters each"];
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAME_LABEL = /^[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?$/;

/** What is wrong with the host of a URL that pods call. Names are looked at elsewhere. */
export function urlHostFault(url: string): Fault | undefined {
  const { hostname, port, protocol } = new URL(url);
  const [, written = ""] = /^[a-z]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(url) ?? [];
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  const why = isIP(address) > 0 ? nowhere(address, [...NOWHERE, RESERVED]) : undefined;
  const respelled = written.toLowerCase() !== hostname;
  if (why) {
    const read = respelled ? `is read as ${hostname}, and ` : "";
    return [`${read}leads nowhere: ${why}`, "name a Service, or a host that pods reach"];
  }
  if (respelled) {
    return [`names its host in another way than it is read, which is ${hostname}`, `write ${protocol}//${hostname}…`];
  }
  if (port === "0") return ["has port 0, on which nothing listens", "give the port of the server"];
  if (!/^localhost\.?$|\.localhost\.?$/.test(hostname)) return undefined;
  return ["leads back into the pod that calls it", "name a Service, or a host that pods reach"];
}

/** What is wrong with the URL of a collector: those who send to it add the path of what they send. */
export function otlpFault(url: string): Fault | undefined {
  const { pathname, search, hash, username, password } = new URL(url);
  if (pathname !== "/" || search || hash || username || password) {
    return ["has more than a host and a port", "leave the rest out: /v1/traces and the like are added to it"];
  }
  return urlHostFault(url);
}

/** What is wrong with a range that a NetworkPolicy names: it holds nobody, or it is written as an address inside it. */
export function rangeFault(cidr: string): Fault | undefined {
  const [address = "", bits] = cidr.split("/");
  const net = networkOf(address, Number(bits));
  if (net !== address) return ["is not the beginning of its range", `write ${net}/${bits}, or ${cidrOf(address)}`];
  // Link-local addresses serve DNS and credentials on the host, and a policy may open those.
  const why = Number(bits) === 0 ? undefined : nowhere(address, NOBODY);
  return why ? [`holds no other host: ${why}`, "name the addresses of the peers"] : undefined;
}

/** The first address of a range, as it is usually written. */
function networkOf(address: string, bits: number): string {
  if (isIP(address) === 6) return ipv6Of(masked(numberOf6(address), bits, 128n));
  const number = address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const net = masked(number, bits, 32n);
  return [24n, 16n, 8n, 0n].map(shift => (net >> shift) & 255n).join(".");
}

const masked = (number: bigint, bits: number, width: bigint) => {
  const rest = width - BigInt(bits);
  return (number >> rest) << rest;
};

/** The URL parser writes IPv6 in its canonical form (RFC 5952). */
const canonical6 = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);

function numberOf6(address: string): bigint {
  const [head = "", tail] = canonical6(address).split("::");
  const parts = (text: string | undefined) => (text ? text.split(":") : []);
  const [before, after] = [parts(head), parts(tail)];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}

function ipv6Of(number: bigint): string {
  const parts = Array.from({ length: 8 }, (_, i) => ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return canonical6(parts.join(":"));
}
