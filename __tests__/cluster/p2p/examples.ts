import type { Example } from "../driver/example";

export const STANDIN_IMAGE = "localhost/aztec-standin:1";

/** A `local` environment with the stand-in as its image, and its peers in one process. */
export interface P2pExample {
  readonly namespace: string;
  readonly peers: number;
  /** Replicas of the bootstrap node. */
  readonly replicas?: number;
  /** Rounds of pings; without it discv5's own, 300 s. */
  readonly pings?: { readonly bootSeconds: number; readonly peerSeconds: number };
  /** False lets peers vote on the record. */
  readonly pinned?: false;
  /** Assignments over the values file. */
  readonly set?: readonly string[];
}

// Plain literals: a test's digest leaves out those that the test does not name.
const ENR_PINGS = { bootSeconds: 45, peerSeconds: 90 };
export const ENR_PINNED = { namespace: "enr-pinned", peers: 24, pings: ENR_PINGS } as const;
export const ENR_UNPINNED: P2pExample = { namespace: "enr-unpinned", peers: 24, pings: ENR_PINGS, pinned: false };

export const BOOTNODES = { namespace: "bootnodes", peers: 12, replicas: 3 } as const;

/** Of line 4, with data on a volume, and an L1 stand-in. */
export const UPGRADE = {
  namespace: "p2p-upgrade",
  peers: 1,
  set: [
    "p2p.nodes[0].storage={size: 1Gi}",
    "p2p.chain.l1ExecutionUrls=[http://l1.p2p-upgrade-l1.svc:8545]",
    "p2p.chain.l1ConsensusUrls=[http://l1.p2p-upgrade-l1.svc:8545/beacon]",
  ],
} as const;

/**
 * A record can drift only where the bootstrap node pings first: its packets then leave from the pod's address, and
 * peers vote for it. So its rounds are shorter.
 */
export function p2pExample({ namespace, peers, replicas, pings, pinned, set = [] }: P2pExample): Example {
  const interval = (node: string, seconds: number) => `p2p.${node}[0].env.STANDIN_PING_INTERVAL_MS="${seconds * 1000}"`;
  return {
    namespace,
    values: "values/local.yaml",
    section: "p2p",
    set: [
      `p2p.image=${STANDIN_IMAGE}`,
      "p2p.release=4",
      ...(replicas === undefined ? [] : [`p2p.bootstrap[0].replicas=${replicas}`]),
      ...(pings ? [interval("bootstrap", pings.bootSeconds), interval("nodes", pings.peerSeconds)] : []),
      `p2p.nodes[0].env.STANDIN_PEERS="${peers}"`,
      "p2p.nodes[0].replicas=1",
      ...(pinned === undefined ? [] : [`p2p.bootstrap[0].pinEnr=${pinned}`]),
      ...set,
    ],
  };
}
