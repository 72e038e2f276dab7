import { BlockList, isIP, isIPv4 } from "node:net";

const PRIVATE_RANGES = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const;

const privateAddresses = new BlockList();
for (const [net, prefix] of PRIVATE_RANGES) privateAddresses.addSubnet(net, prefix);

/**
 * The ranges that the internet does not route, as CIDRs: of private use (RFC 1918, RFC 6598), loopback, link-local, and
 * what else IANA's registry of special purposes has of this kind, which clusters use for pods too (RFC 2544, class E).
 */
export const PRIVATE_CIDRS: readonly string[] = PRIVATE_RANGES.map(([net, prefix]) => `${net}/${prefix}`);

/** Whether an IPv4 address cannot be reached from the internet. */
export function isPrivateAddress(ip: string): boolean {
  return privateAddresses.check(ip);
}

/** An address as a range of its own. */
export function cidrOf(address: string): string {
  return `${address}/${isIPv4(address) ? 32 : 128}`;
}

/** Whether an address is in one of the ranges. Only those of its family count: `BlockList` finds IPv4 in `::/0` too. */
export function isWithin(cidrs: readonly string[], address: string): boolean {
  const family = isIP(address);
  const type = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = "", bits] = cidr.split("/");
    if (isIP(net) === family) list.addSubnet(net, Number(bits), type);
  }
  return list.check(address, type);
}
