import { EXAMPLE_ENR } from "../aztec/examples";
import type { Example } from "../driver/example";
import { type P2pExample, STANDIN_IMAGE } from "../p2p/examples";
import type { SequencerExample } from "../sequencer/examples";
import { monitored } from "./monitored";

const SMALL = "sequencer.kubernetes.resources.node={requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 512Mi}}";
/** Fewer blocks and patient elections, so that all stacks have room on one machine; thresholds follow from both. */
const SLOW = "sequencer.blockTime=1s";
const PATIENT = "sequencer.ha.raft.rttMax=250ms";

export const RAFT: SequencerExample = {
  example: "raft-3",
  namespace: "alerts-raft",
  members: 3,
  set: [...monitored("sequencer"), SMALL, SLOW, PATIENT],
};
export const PAIR: SequencerExample = {
  example: "lease",
  namespace: "alerts-pair",
  members: 2,
  set: [...monitored("sequencer"), SMALL, SLOW],
};
export const SINGLE: SequencerExample = {
  example: "single",
  namespace: "alerts-single",
  members: 1,
  set: [...monitored("sequencer"), SMALL, SLOW],
};

/** Never started: a pod with its labels and ports stands in for its member. */
export const EVM: SequencerExample = {
  example: "single",
  namespace: "alerts-evm",
  members: 1,
  set: [
    ...monitored("sequencer"),
    "sequencer.software.evNode.execution={evm: {image: 'localhost/ev-reth:1', jwtSecret: jwt, " +
      `genesisConfigMap: genesis, genesisHash: '0x${"0".repeat(64)}', feeRecipient: '0x${"0".repeat(40)}'}}`,
  ],
};

const PINGS = { bootSeconds: 45, peerSeconds: 90 };
export const P2P: P2pExample = { namespace: "alerts-p2p", peers: 4, pings: PINGS, set: monitored("p2p") };
/** Peers vote on the record. */
export const P2P_UNPINNED: P2pExample = {
  namespace: "alerts-drift",
  peers: 24,
  pings: PINGS,
  pinned: false,
  set: monitored("p2p"),
};

/** A named network whose configuration nobody serves. */
export const P2P_UNREAD: Example = {
  namespace: "alerts-unread",
  values: "values/local.yaml",
  section: "p2p",
  set: [
    `p2p.image=${STANDIN_IMAGE}`,
    "p2p.release=4",
    "p2p.nodes=[]",
    "p2p.chain.network=devnet",
    "p2p.chain.networkConfigUrl=http://configs.alerts-unread.svc/networks.json",
    ...monitored("p2p"),
  ],
};

/**
 * Beside a node that joins, two that do not start: one waits for joinUrls that nobody serves, and the stand-in of the
 * other ends without peers, as the real node may without its L1.
 */
export const P2P_JOINING: Example = {
  namespace: "alerts-joining",
  values: "values/local.yaml",
  section: "p2p",
  set: [
    `p2p.image=${STANDIN_IMAGE}`,
    "p2p.release=4",
    "p2p.nodes=[" +
      "{name: full, join: [boot]}, " +
      "{name: late, joinUrls: {urls: ['http://nobody.alerts-joining.svc:8080'], attempts: 2, timeout: 2s}}, " +
      `{name: unready, externalEnrs: ['${EXAMPLE_ENR}'], env: {STANDIN_PEERS: '0'}}]`,
    ...monitored("p2p"),
  ],
};

/** SPIKE, of which only the rules are deployed. */
export const SPIKE = {
  dir: "examples/spike",
  name: "spike",
  section: "spike",
  namespace: "alerts-spike",
  set: ["spike.namespace=alerts-spike", "spike.monitoring.labels={release: alerts}"],
} as const;
