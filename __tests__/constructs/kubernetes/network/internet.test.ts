import { BlockList, isIP } from "node:net";
import { ALL_BUT_METADATA, INTERNET, INTERNET_V4 } from "../../../../constructs/kubernetes/network/internet";

interface Block {
  readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] };
}

function inSome(blocks: readonly Block[], address: string): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return blocks.some(({ ipBlock: { cidr, except = [] } }) => {
    return within([cidr], address, family) && !within(except, address, family);
  });
}

function within(cidrs: readonly string[], address: string, family: "ipv4" | "ipv6"): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = "", bits] = cidr.split("/");
    // An IPv4 address would be in ::/0 for the list, and is not for a policy.
    if (isIP(net) === isIP(address)) list.addSubnet(net, Number(bits), family);
  }
  return list.check(address, family);
}

const METADATA = [
  "169.254.169.254", // AWS, Google, Azure, Oracle, OpenStack and others
  "169.254.169.252", // GKE
  "169.254.169.253", // AWS, DNS
  "169.254.170.2", // ECS
  "169.254.170.23", // EKS Pod Identity
  "168.63.129.16", // Azure
  "100.100.100.200", // Alibaba
  "192.0.0.192", // Oracle
  "fd00:ec2::254", // AWS
  "fd00:ec2::23", // EKS Pod Identity
  "fd20:ce::254", // Google
  "fd00:42::42", // Scaleway
  "fe80::a9fe:a9fe", // OpenStack
];

test.each(METADATA)("the metadata address %s is in no rule that says anywhere", address => {
  expect([inSome(INTERNET, address), inSome([INTERNET_V4], address), inSome(ALL_BUT_METADATA, address)]).toEqual([
    false,
    false,
    false,
  ]);
});

test.each(["10.1.2.3", "100.64.0.1", "127.0.0.1", "172.20.0.1", "192.168.1.1", "198.18.0.1", "240.0.0.1", "fd12::1"])(
  "%s is private: no part of the internet, and where an API server may be",
  address => {
    expect([inSome(INTERNET, address), inSome(ALL_BUT_METADATA, address)]).toEqual([false, true]);
  },
);

test.each(["8.8.8.8", "168.63.129.17", "203.0.113.1", "2606:4700::1111"])("%s is on the internet", address => {
  expect([inSome(INTERNET, address), inSome(ALL_BUT_METADATA, address)]).toEqual([true, true]);
});

test.each(["fc00::1", "fdff::1", "::ffff:10.1.2.3", "64:ff9b::a9fe:a9fe"])("%s is no part of the internet", address => {
  expect(inSome(INTERNET, address)).toBe(false);
});

test("every exception is a part of its block, as the API server demands", () => {
  const blocks: readonly Block[] = [...INTERNET, ...ALL_BUT_METADATA];
  const exceptions = blocks.flatMap(({ ipBlock: { cidr, except = [] } }) => except.map(each => [cidr, each] as const));
  expect(exceptions.length).toBeGreaterThan(10);
  for (const [cidr, except] of exceptions) {
    const [address = "", bits] = except.split("/");
    expect([except, within([cidr], address, isIP(address) === 6 ? "ipv6" : "ipv4")]).toEqual([except, true]);
    expect(Number(bits)).toBeGreaterThan(Number(cidr.split("/")[1]));
  }
});

test("p2p is IPv4 alone", () => {
  expect(inSome([INTERNET_V4], "2606:4700::1111")).toBe(false);
});
