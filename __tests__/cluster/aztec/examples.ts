import type { Example } from "../driver/example";

export const AZTEC_IMAGE = "localhost/aztec:4.1.2";

/** Where Aztec's deployer puts the registry on an empty L1 of anvil. */
export const REGISTRY = "0xB7f8BC63BbcaD18155201308C8f3540b07f84F5e";

/** Namespace of the L1 that the nodes follow. */
export const L1_NAMESPACE = "aztec-l1";

/** A `local` environment with the real node and its L1. */
export interface AztecExample {
  readonly namespace: string;
  /** Assignments over the values file. */
  readonly set?: readonly string[];
}

export function aztecExample({ namespace, set = [] }: AztecExample): Example {
  return {
    namespace,
    values: "values/local.yaml",
    section: "p2p",
    set: [
      `p2p.image=${AZTEC_IMAGE}`,
      `p2p.chain.registryAddress="${REGISTRY}"`,
      `p2p.chain.l1ExecutionUrls=[http://l1-execution.${L1_NAMESPACE}.svc:8545]`,
      `p2p.chain.l1ConsensusUrls=[http://l1-consensus.${L1_NAMESPACE}.svc:5052]`,
      ...set,
    ],
  };
}

// Plain literals: a test's digest leaves out those that the test does not name.
export const SOFTWARE: AztecExample = { namespace: "aztec-software" };
export const UNPINNED: AztecExample = { namespace: "aztec-unpinned", set: ["p2p.bootstrap[0].pinEnr=false"] };

/** A bootstrap node alone, and the same without its pin. */
export const SOAK_PINNED: AztecExample = { namespace: "soak-pinned", set: ["p2p.nodes=[]"] };
export const SOAK_UNPINNED: AztecExample = {
  namespace: "soak-unpinned",
  set: ["p2p.nodes=[]", "p2p.bootstrap[0].pinEnr=false"],
};

/** A chain, a proving stack, a network that others join, and an environment on that network. */
export const CHAIN: AztecExample = { namespace: "aztec-chain" };
export const PROVING: AztecExample = { namespace: "aztec-proving" };
export const NETWORK: AztecExample = { namespace: "aztec-network" };
export const JOINED: AztecExample = { namespace: "aztec-joined" };

/** A record for examples: nobody has its key. */
export const EXAMPLE_ENR =
  "enr:-LC4QNhm37flT4BSranXLtsH-PvU5K9UihdMBwr1ERUqstuEdZkmoKA9bh5IcV8KEsh6kT2Rf0ziCdkzYmLnVDwrN20BhWF6dGVjpTAwLTMxMzM3LTAwMDAwMDAwLTAtMDAwMDAwMDAtMDAwMDAwMDCCaWSCdjSCaXCECmAHB4lzZWNwMjU2azGhAiEGx6wZMC6G9tHnvYz4-s4HT3T04bRVjoazV7f8LNCdg3VkcIKd0A";

/** Roles that serve a chain, each in a node of its name. */
export const SERVING = ["full", "rpc", "archive"] as const;

/** A node of each of these roles on a volume, which join through the bootstrap node's published record. */
export const NODES: AztecExample = {
  namespace: "aztec-nodes",
  set: [
    "p2p.nodes[0]={name: full, role: full, join: [boot], replicas: 1, storage: {size: 2Gi}}",
    "p2p.nodes[1]={name: rpc, role: rpc, join: [boot], replicas: 1, storage: {size: 2Gi}}",
    "p2p.nodes[2]={name: archive, role: archive, join: [boot], replicas: 1, storage: {size: 2Gi}}",
  ],
};
