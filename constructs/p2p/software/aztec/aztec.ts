import { mustBeKnown } from "../../../kubernetes/known";
import type { CrsFile, P2pSoftware } from "../software";
import { type AztecRelease, releaseOf, releaseProblems } from "./releases";

/** The image of an Aztec node, its rollup and its L1. */
export interface AztecProps {
  /** Image of the Aztec node, by fixed tag or by digest: `aztecprotocol/aztec:4.1.2`. */
  readonly image: string;
  /**
   * Release line of the image: 4, 5 or 6. @default - that of the image's tag; a digest without a tag, or a tag that is
   * no version, needs it
   */
  readonly release?: AztecRelease;
  /** @default 31337 - the chain id of a local L1, which is also the software's default */
  readonly l1ChainId?: number;
  /**
   * Name of a public network. Every role then fetches the network's configuration at start, and does not start without
   * it.
   */
  readonly network?: string;
  /** Address of the rollup registry on L1. Full nodes do not start without it, or without `network`. */
  readonly registryAddress?: string;
  /** JSON-RPC endpoints of L1 execution nodes. Where the URL holds a key, use `secretEnv` of the node instead. */
  readonly l1ExecutionUrls?: readonly string[];
  /** REST endpoints of L1 consensus nodes. */
  readonly l1ConsensusUrls?: readonly string[];
}

const START = ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start"];

/** Where the software asks for the configuration of a named network, in this order. */
const NETWORK_CONFIG_URLS = ["https://raw.githubusercontent.com", "https://metadata.aztec.network"];

/** Where the software loads the CRS from, in this order; no variable names another place (`bb.js`, `crs/net_crs.js`). */
const CRS_URLS = ["https://crs.aztec-cdn.foundation", "https://crs.aztec-labs.com"];

/** Points of 64 bytes on both curves, and one of 128. */
function crsOf(bn254Points: number, grumpkinPoints: number): readonly CrsFile[] {
  return [
    { name: "bn254_g1.dat", remote: "g1.dat", bytes: 64 * bn254Points },
    { name: "bn254_g2.dat", remote: "g2.dat", bytes: 128 },
    { name: "grumpkin_g1.flat.dat", remote: "grumpkin_g1.dat", bytes: 64 * grumpkinPoints },
  ];
}

/** As many points as the software loads before it starts (`aztec`, `cli/util.js`): 4 MiB to verify, 2 GiB to prove. */
const VERIFYING = crsOf(2, 2 ** 16 + 1);
const PROVING = crsOf(2 ** 25 + 1, 2 ** 18 + 1);
const crsFiles = {
  full: VERIFYING,
  rpc: VERIFYING,
  archive: VERIFYING,
  prover: VERIFYING,
  "prover-agent": PROVING,
} as const;

/**
 * Aztec's node, as its own charts and its packages run it: names of environment variables, flags, ports, paths.
 *
 * The admin API of full nodes is locked: a hash that no key has keeps the software from printing a generated key to its
 * log.
 */
export function aztec(props: AztecProps): P2pSoftware {
  mustBeKnown("aztec", props, { l1ChainId: false });
  const release = releaseOf(props);
  const executionUrls = props.l1ExecutionUrls ?? [];
  const consensusUrls = props.l1ConsensusUrls ?? [];
  return {
    name: "aztec",
    image: props.image,
    command: {
      bootstrap: [...START, "--p2p-bootstrap"],
      full: [...START, "--node"],
      rpc: [...START, "--node"],
      archive: [...START, "--node"],
      prover: [...START, "--prover-node"],
      "prover-broker": [...START, "--prover-broker"],
      "prover-agent": [...START, "--prover-agent"],
    },
    env: {
      L1_CHAIN_ID: String(props.l1ChainId ?? 31337),
      LOG_LEVEL: "info",
      LOG_JSON: "1",
      AZTEC_PORT: "8080",
      P2P_ENABLED: "true",
      P2P_LISTEN_ADDR: "0.0.0.0",
      DATA_DIRECTORY: "/data/data",
      DATA_STORE_MAP_SIZE_KB: "134217728",
      // The image's are below its root folder, which is read-only in these pods.
      BB_WORKING_DIRECTORY: "/tmp/bb",
      ACVM_WORKING_DIRECTORY: "/tmp/acvm",
    },
    roleEnv: roleEnv(props),
    dataMount: "/data",
    rpcPort: 8080,
    statusPath: "/status",
    enrMethod: "bootstrap_getEncodedEnr",
    peersMethod: { bootstrap: "bootstrap_getRoutingTable", node: release.peersMethod },
    nodeOptions: ["--no-warnings"],
    enrVotingModule: "/usr/src/yarn-project/node_modules/@nethermindeth/discv5/lib/config/index.js",
    reservedPorts: [8880],
    problems: releaseProblems(props),
    publicAddressUrls: ["https://checkip.amazonaws.com/"],
    proving: { brokerUrl: "PROVER_BROKER_HOST", publisherKey: "PROVER_PUBLISHER_PRIVATE_KEYS" },
    crs: { urls: CRS_URLS, files: crsFiles },
    upstreams: { all: props.network ? NETWORK_CONFIG_URLS : [], node: [...executionUrls, ...consensusUrls] },
  };
}

function roleEnv(props: AztecProps): P2pSoftware["roleEnv"] {
  const { network, registryAddress, l1ExecutionUrls = [], l1ConsensusUrls = [] } = props;
  // Agents follow no chain.
  const named = { ...(network && { NETWORK: network }) };
  const chain = {
    ...named,
    ...(registryAddress && { REGISTRY_CONTRACT_ADDRESS: registryAddress }),
    ...(l1ExecutionUrls.length > 0 && { ETHEREUM_HOSTS: l1ExecutionUrls.join(",") }),
    ...(l1ConsensusUrls.length > 0 && { L1_CONSENSUS_HOST_URLS: l1ConsensusUrls.join(",") }),
  };
  const node = {
    CRS_PATH: "/data/crs",
    WS_DB_MAP_SIZE_KB: "134217728",
    AZTEC_ADMIN_PORT: "8880",
    AZTEC_ADMIN_API_KEY_HASH: "0".repeat(64),
    ...chain,
  };
  return {
    bootstrap: { OTEL_SERVICE_NAME: "boot-node", ...named },
    full: node,
    rpc: node,
    archive: { ...node, P2P_ARCHIVED_TX_LIMIT: "10000000" },
    // Without a count it would prove in its own process, too.
    prover: { ...node, PROVER_REAL_PROOFS: "true", PROVER_AGENT_COUNT: "0" },
    "prover-broker": {
      ...chain,
      // It reads the folder, and makes none but those below.
      DATA_DIRECTORY: "/data",
      OTEL_SERVICE_NAME: "prover-broker",
      // Jobs and proofs are in requests: its default is 1 MB, and this is that of Aztec's charts.
      RPC_MAX_BODY_SIZE: "50mb",
    },
    "prover-agent": { CRS_PATH: "/data/crs", PROVER_REAL_PROOFS: "true", OTEL_SERVICE_NAME: "prover-agent" },
  };
}
