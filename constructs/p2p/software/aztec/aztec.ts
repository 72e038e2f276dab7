import { mustBeKnown } from "../../../kubernetes/known";
import type { P2pSoftware } from "../software";
import { CRS } from "./crs";
import { type AztecRelease, releaseOf, releaseProblems } from "./releases";
import { roleEnv } from "./role-env";

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
    crs: CRS,
    upstreams: { all: props.network ? NETWORK_CONFIG_URLS : [], node: [...executionUrls, ...consensusUrls] },
  };
}
