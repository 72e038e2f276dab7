import { Announce, aztec, BootstrapNode, FullNode, Identity, ProverAgents, ProverBroker } from "../../../constructs";
import { enrOf, synth } from "../fixtures";

/** What the package's own scripts and agent read, and what every process has. */
const OURS =
  /^(HOME|NODE_OPTIONS|NODE_IMAGE|POD_.*|ANNOUNCE_.*|BOOTNODE.*|IDENTITY_SECRET|PIN_ENR_MODULE|NETWORK_(?!CONFIG).*)$/;

const ENV = "foundation/src/config/env_var.ts";
/**
 * The names that the package sets for a node of line 6, each with the file below `yarn-project/` of
 * `aztec-labs-eng/aztec-node` in which it was read, at v6.0.0-nightly.20260822. The tag v6.0.0 could not be had.
 */
const READ: Readonly<Record<string, string>> = {
  NETWORK: ENV,
  L1_CHAIN_ID: ENV,
  LOG_LEVEL: ENV,
  LOG_JSON: ENV,
  AZTEC_PORT: ENV,
  AZTEC_ADMIN_PORT: ENV,
  AZTEC_ADMIN_API_KEY_HASH: ENV,
  P2P_ENABLED: ENV,
  P2P_LISTEN_ADDR: ENV,
  P2P_PORT: ENV,
  P2P_BROADCAST_PORT: ENV,
  P2P_QUERY_FOR_IP: ENV,
  P2P_ARCHIVED_TX_LIMIT: ENV,
  PEER_ID_PRIVATE_KEY_PATH: ENV,
  BOOTSTRAP_NODES: ENV,
  DATA_DIRECTORY: ENV,
  DATA_STORE_MAP_SIZE_KB: ENV,
  BB_WORKING_DIRECTORY: ENV,
  ACVM_WORKING_DIRECTORY: ENV,
  NOIR_EXECUTE_WORKING_DIRECTORY: "the release notes of 6.0.0: its name before that was ACVM_WORKING_DIRECTORY",
  WS_DB_MAP_SIZE_KB: ENV,
  CRS_PATH: ENV,
  REGISTRY_CONTRACT_ADDRESS: ENV,
  ETHEREUM_HOSTS: ENV,
  ETHEREUM_DEBUG_HOSTS: ENV,
  ETHEREUM_ALLOW_NO_DEBUG_HOSTS: ENV,
  L1_CONSENSUS_HOST_URLS: ENV,
  PROVER_REAL_PROOFS: ENV,
  PROVER_AGENT_COUNT: ENV,
  PROVER_BROKER_HOST: ENV,
  PROVER_PUBLISHER_PRIVATE_KEYS: ENV,
  RPC_MAX_BODY_SIZE: ENV,
  NETWORK_CONFIG_LOCATION: "cli/src/config/network_config.ts",
  OTEL_SERVICE_NAME: "a variable of OpenTelemetry itself",
  OTEL_RESOURCE_ATTRIBUTES: "a variable of OpenTelemetry itself",
};

/** JSON-RPC methods, flags and paths, read in the same place. */
const TEXTS: Readonly<Record<string, string>> = {
  "--p2p-bootstrap": "aztec/src/cli/aztec_start_options.ts",
  "--node": "aztec/src/cli/aztec_start_options.ts",
  "--prover-node": "aztec/src/cli/aztec_start_options.ts",
  "--prover-broker": "aztec/src/cli/aztec_start_options.ts",
  "--prover-agent": "aztec/src/cli/aztec_start_options.ts",
  "/usr/src/yarn-project/aztec/dest/bin/index.js": "../release-image/Dockerfile",
  "/usr/src/yarn-project/node_modules/@nethermindeth/discv5/lib/config/index.js": "p2p/package.json",
  "/status": "foundation/src/json-rpc/server/safe_json_rpc_server.ts",
  bootstrap_getEncodedEnr: "stdlib/src/interfaces/p2p-bootstrap.ts",
  bootstrap_getRoutingTable: "stdlib/src/interfaces/p2p-bootstrap.ts",
  aztec_getPeers: "stdlib/src/interfaces/aztec-node.ts",
  aztec_getWorldStateSyncStatus: "stdlib/src/interfaces/aztec-node.ts",
};

const software = aztec({
  image: "azteclabs/aztec:6.0.0",
  network: "mainnet",
  networkConfigUrl: "http://config.net.svc/networks.json",
  l1ChainId: 1,
  registryAddress: "0x1",
  l1ExecutionUrls: ["http://l1.net.svc:8545"],
  l1ConsensusUrls: ["http://l1.net.svc:5052"],
  l1DebugUrls: ["http://l1.net.svc:8545"],
  l1WithoutDebug: true,
});

test("every name that a node of line 6 is given was read in its source", () => {
  const identity = Identity.fromSecret({ secret: "keys", enrs: [enrOf("10.96.7.7")] });
  const { objects } = synth(stack => {
    const base = { namespace: "net", software };
    const announce = Announce.clusterIp({ addresses: ["10.96.7.7"] });
    const boot = new BootstrapNode(stack, "Boot", { ...base, announce, identity });
    for (const role of ["full", "rpc", "archive"] as const)
      new FullNode(stack, role, { ...base, role, announce: Announce.publicIp(), networkAccess: false, bootnodes: [] });
    new FullNode(stack, "Joining", { ...base, bootnodes: [boot] });
    const broker = new ProverBroker(stack, "Queue", base);
    new ProverAgents(stack, "Agents", { ...base, broker });
    const publisherKey = { secret: "publisher", key: "key" };
    new FullNode(stack, "Prover", { ...base, role: "prover", broker, publisherKey });
  });
  // biome-ignore lint/suspicious/noExplicitAny: manifests are read by path
  const containers = objects.flatMap((object: any) => object.spec?.template?.spec?.containers ?? []);
  const nodes = containers.filter(({ name }) => name === "node");
  expect(nodes).toHaveLength(8);
  const names = new Set(nodes.flatMap(({ env }) => env.map(({ name }: { name: string }) => name)));
  expect([...names].filter(name => !OURS.test(String(name)) && !(String(name) in READ))).toEqual([]);
  expect(Object.keys(READ).filter(name => !names.has(name))).toEqual([]);
});

test("every method, flag and path of line 6 was read in its source", () => {
  const { enrMethod, syncMethod, peersMethod, statusPath, enrVotingModule, command } = software;
  const program = Object.values(command)
    .flat()
    .filter(word => /^[-/]/.test(word));
  const used = [
    enrMethod,
    syncMethod,
    peersMethod.bootstrap,
    peersMethod.node,
    statusPath,
    enrVotingModule,
    ...program,
  ];
  expect(used.filter(text => text === undefined || !(text in TEXTS))).toEqual([]);
});

test.each([
  ["aztec:4.1.2", "p2p_getPeers", "node_getWorldStateSyncStatus"],
  ["aztec:5.2.0", "aztec_getPeers", "aztec_getWorldStateSyncStatus"],
  ["azteclabs/aztec:6.0.0", "aztec_getPeers", "aztec_getWorldStateSyncStatus"],
])("%s is asked by the names of its line", (image, peers, sync) => {
  const { peersMethod, syncMethod } = aztec({ image });
  expect([peersMethod.node, syncMethod]).toEqual([peers, sync]);
});
