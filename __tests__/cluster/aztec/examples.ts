import type { Example } from "../driver/example";

export const AZTEC_IMAGE = "localhost/aztec:4.1.2";

/** Where Aztec's deployer puts the registry on an empty L1 of anvil. */
export const REGISTRY = "0xB7f8BC63BbcaD18155201308C8f3540b07f84F5e";

/** The environment `local` with the real node and its L1. */
export function aztecExample(namespace: string, set: readonly string[] = []): Example {
  return {
    namespace,
    values: "values/local.yaml",
    section: "p2p",
    set: [`p2p.image=${AZTEC_IMAGE}`, `p2p.chain.registryAddress="${REGISTRY}"`, ...set],
  };
}

/** Its bootstrap node with a key made in advance, for nodes of every role that join by its record. */
export const knownBootnode = (namespace: string, enr: string): Example =>
  aztecExample(namespace, [
    "p2p.bootstrap[0].announce={clusterIp: {addresses: [10.96.7.7]}}",
    `p2p.bootstrap[0].identity={secret: boot-keys, enrs: ["${enr}"]}`,
    "p2p.nodes[1]={name: rpc, role: rpc, join: [boot]}",
    "p2p.nodes[2]={name: archive, role: archive, join: [boot]}",
  ]);
