import { BlockList, isIPv4 } from "node:net";

const PRIVATE_RANGES = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const;

const privateAddresses = new BlockList();
for (const [net, prefix] of PRIVATE_RANGES) privateAddresses.addSubnet(net, prefix);

/** The ranges that the internet does not route (RFC 1918, RFC 6598, loopback, link-local), as CIDRs. */
export const PRIVATE_CIDRS: readonly string[] = PRIVATE_RANGES.map(([net, prefix]) => `${net}/${prefix}`);

/** Whether an IPv4 address cannot be reached from the internet. */
export function isPrivateAddress(ip: string): boolean {
  return privateAddresses.check(ip);
}

export { isIPv4 };
