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

/** The claim with the CRS: its hosts are out of reach of rooms. */
const CRS = "p2p.crs={claim: crs}";

/** A bootstrap node with a key made in advance: its record is known before it starts. */
const known = (enr: string, address = "10.96.7.7") => [
  `p2p.bootstrap[0].announce={clusterIp: {addresses: [${address}]}}`,
  `p2p.bootstrap[0].identity={secret: boot-keys, enrs: ["${enr}"]}`,
];

/** Nodes of every role that serves a chain, which join by a known record. */
export const chain = (enr: string): Example =>
  aztecExample({
    namespace: "aztec-chain",
    set: [
      ...known(enr),
      CRS,
      "p2p.nodes[1]={name: rpc, role: rpc, join: [boot]}",
      "p2p.nodes[2]={name: archive, role: archive, join: [boot]}",
    ],
  });

/** The example of a proving stack. */
export const proving = (enr: string): Example => ({
  ...aztecExample({ namespace: "aztec-proving", set: [...known(enr), CRS, "p2p.proverAgents[0].replicas=1"] }),
  values: "examples/p2p/proving.yaml",
});

/** The bootstrap node of a network that others join. */
export const network = (enr: string): Example =>
  aztecExample({ namespace: "aztec-network", set: known(enr, "10.96.8.8") });

/** A network that the software knows by its name alone. */
export const NETWORK_NAME = "next-net";

/** An environment with a bootstrap node of its own on a network whose configuration is served. */
export const onNetwork = (enr: string): Example =>
  aztecExample({
    namespace: "aztec-joined",
    set: [
      ...known(enr),
      CRS,
      `p2p.chain.network=${NETWORK_NAME}`,
      "p2p.chain.networkConfigUrl=http://config.aztec-network.svc:8000/network_config.json",
    ],
  });

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
