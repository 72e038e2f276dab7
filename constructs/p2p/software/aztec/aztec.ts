import { mustBeKnown } from "../../../kubernetes/known";
import type { P2pSoftware, SoftwareVariable } from "../software";
import { crsOf } from "./crs";
import { networkOf, networkProblems } from "./network";
import { type AztecRelease, releaseOf, releaseProblems } from "./releases";
import { L1_ENV, roleEnv } from "./role-env";
import { collectorsOf, type Telemetry, telemetryEnv, telemetryProblems } from "./telemetry";

/** The image of an Aztec node, its rollup and its L1. */
export interface AztecProps extends Telemetry {
  /** Image of the Aztec node, by fixed tag or by digest: `aztecprotocol/aztec:4.1.2`. */
  readonly image: string;
  /**
   * Release line of the image: 4, 5 or 6. @default - that of the image's tag; a digest without a tag, or a tag that is
   * no version, needs it
   */
  readonly release?: AztecRelease;
  /** @default - that of the network; without one 31337, of a local L1, which is also the software's default */
  readonly l1ChainId?: number;
  /**
   * Name of a public network, such as `mainnet`. Its configuration is not in the image: all roles but agents read it
   * at start, and peers add their own bootnodes to the network's. Without a way to it, a node starts with the
   * configuration that it read last, or not at all.
   */
  readonly network?: string;
  /**
   * Where the network's configuration is served, for a cluster with no way to the internet.
   * @default - GitHub, then metadata.aztec.network, as the software
   */
  readonly networkConfigUrl?: string;
  /** Address of the rollup registry on L1. Full nodes do not start without it, or without `network`. */
  readonly registryAddress?: string;
  /** JSON-RPC endpoints of L1 execution nodes. Where the URL holds a key, use `secretEnv` of the node instead. */
  readonly l1ExecutionUrls?: readonly string[];
  /** REST endpoints of L1 consensus nodes. */
  readonly l1ConsensusUrls?: readonly string[];
  /**
   * JSON-RPC endpoints of L1 execution nodes that trace transactions (`debug_traceTransaction` or `trace_transaction`)
   * of about the last 12 hours. May be those of `l1ExecutionUrls`. A node of line 6 needs one.
   */
  readonly l1DebugUrls?: readonly string[];
  /**
   * Start a node of line 6 without an endpoint that traces. It then cannot recover the data of a proposal whose L1
   * transaction has an unusual structure, and may stop to follow the chain there. @default false
   */
  readonly l1WithoutDebug?: boolean;
}

const START = ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start"];

const SENT = { metrics: { endpoint: true }, tracing: { endpoint: true } };

/** What a node of line 6 does not start without. */
const DEBUG_HOSTS: SoftwareVariable = {
  env: L1_ENV.debug,
  path: ["l1DebugUrls"],
  message: "a node of line 6 does not start without an L1 endpoint that traces transactions",
  remedy: called =>
    `give ${called("l1DebugUrls")}, which may be ${called("l1ExecutionUrls")} again, or ETHEREUM_DEBUG_HOSTS from a ` +
    `Secret, or set ${called("l1WithoutDebug")}`,
};

const MIN_PEERS: SoftwareVariable = {
  env: "P2P_HEALTH_MIN_PEERS",
  path: [],
  message: "lets /status fail for want of peers, and the startup probe asks it: a restart would bring no peers",
  remedy: "remove it: the alert NoPeers counts them",
};

/**
 * Aztec's node, as its own charts and its packages run it: names of environment variables, flags, ports, paths.
 *
 * The admin API of full nodes is locked: a hash that no key has keeps the software from printing a generated key to its
 * log.
 */
export function aztec(props: AztecProps): P2pSoftware {
  mustBeKnown("aztec", props, { l1ChainId: false, networkConfigUrl: true, ...SENT });
  const release = releaseOf(props);
  const network = networkOf(props);
  const executionUrls = props.l1ExecutionUrls ?? [];
  const consensusUrls = props.l1ConsensusUrls ?? [];
  const debugUrls = props.l1DebugUrls ?? [];
  return {
    name: "aztec",
    image: props.image,
    ...(props.release && { release: props.release }),
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
      // Of a named network it is in the configuration.
      ...((props.l1ChainId !== undefined || !network) && { L1_CHAIN_ID: String(props.l1ChainId ?? 31337) }),
      LOG_LEVEL: "info",
      LOG_JSON: "1",
      AZTEC_PORT: "8080",
      P2P_ENABLED: "true",
      P2P_LISTEN_ADDR: "0.0.0.0",
      DATA_DIRECTORY: "/data/data",
      DATA_STORE_MAP_SIZE_KB: "134217728",
      // The image's are below its root folder, which is read-only in these pods.
      BB_WORKING_DIRECTORY: "/tmp/bb",
      ...Object.fromEntries(release.executionDirectories.map(name => [name, "/tmp/acvm"])),
      ...telemetryEnv(props),
    },
    roleEnv: roleEnv(props),
    dataMount: "/data",
    rpcPort: 8080,
    statusPath: "/status",
    enrMethod: "bootstrap_getEncodedEnr",
    peersMethod: { bootstrap: "bootstrap_getRoutingTable", node: `${release.peersRpc}_getPeers` },
    syncMethod: `${release.rpc}_getWorldStateSyncStatus`,
    nodeOptions: ["--no-warnings"],
    enrVotingModule: "/usr/src/yarn-project/node_modules/@nethermindeth/discv5/lib/config/index.js",
    reservedPorts: [8880],
    network,
    problems: [...releaseProblems(props), ...networkProblems(props), ...telemetryProblems(props)],
    publicAddressUrls: release.publicAddressUrls,
    proving: { brokerUrl: "PROVER_BROKER_HOST", publisherKey: "PROVER_PUBLISHER_PRIVATE_KEYS" },
    crs: crsOf(props),
    l1Env: Object.values(L1_ENV),
    upstreams: { all: network?.urls ?? [], node: [...executionUrls, ...consensusUrls, ...debugUrls] },
    collectors: collectorsOf(props),
    needs: release.needsDebugHosts && !props.l1WithoutDebug ? [DEBUG_HOSTS] : [],
    refused: [MIN_PEERS],
  };
}
