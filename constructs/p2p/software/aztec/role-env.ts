import type { P2pSoftware } from "../software";

/** The rollup and its L1, as `AztecProps` names them. */
interface Chain {
  readonly network?: string;
  readonly networkConfigUrl?: string;
  readonly registryAddress?: string;
  readonly l1ExecutionUrls?: readonly string[];
  readonly l1ConsensusUrls?: readonly string[];
  readonly l1DebugUrls?: readonly string[];
  readonly l1WithoutDebug?: boolean;
}

/** The variables that name the endpoints of L1, each a list with commas. */
export const L1_ENV = {
  execution: "ETHEREUM_HOSTS",
  consensus: "L1_CONSENSUS_HOST_URLS",
  debug: "ETHEREUM_DEBUG_HOSTS",
} as const;

/** The environment of single roles. */
export function roleEnv(props: Chain): P2pSoftware["roleEnv"] {
  const { network, registryAddress, l1ExecutionUrls = [], l1ConsensusUrls = [], l1DebugUrls = [] } = props;
  // Agents follow no chain.
  const named = { ...(network && { NETWORK: network }) };
  const chain = {
    ...named,
    ...(registryAddress && { REGISTRY_CONTRACT_ADDRESS: registryAddress }),
    ...(l1ExecutionUrls.length > 0 && { [L1_ENV.execution]: l1ExecutionUrls.join(",") }),
    ...(l1ConsensusUrls.length > 0 && { [L1_ENV.consensus]: l1ConsensusUrls.join(",") }),
    ...(l1DebugUrls.length > 0 && { [L1_ENV.debug]: l1DebugUrls.join(",") }),
    ...(props.l1WithoutDebug && { ETHEREUM_ALLOW_NO_DEBUG_HOSTS: "true" }),
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
      // It has no bootnodes to add, so that the software reads the network's configuration itself.
      ...(network && props.networkConfigUrl && { NETWORK_CONFIG_LOCATION: props.networkConfigUrl }),
      // It reads the folder, and makes none but those below.
      DATA_DIRECTORY: "/data",
      OTEL_SERVICE_NAME: "prover-broker",
      // Jobs and proofs are in requests: its default is 1 MB, and this is that of Aztec's charts.
      RPC_MAX_BODY_SIZE: "50mb",
    },
    "prover-agent": { CRS_PATH: "/data/crs", PROVER_REAL_PROOFS: "true", OTEL_SERVICE_NAME: "prover-agent" },
  };
}
