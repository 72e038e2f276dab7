import { join } from "node:path";
import { gzipSync, constants as zlib } from "node:zlib";
import { escapeTerraform } from "../../../kubernetes/framework/escape";
import type { EnvVar } from "../../../kubernetes/framework/provider";
import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import { blockTimeMs } from "../../block-time";
import type { ConductorSequencerProps } from "../../conductor/props";
import { type ConductorSettings, conductorSettings } from "../../conductor/timing";
import { HAPROXY_IMAGE } from "../../haproxy";
import type { Frame, NodeParts } from "../../member/frame";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { headlessHost, MEMBER_ALIAS } from "../../members";
import { MESH } from "../../mesh/ports";
import { READY } from "../../probes";
import { namesOfKey } from "../../signers";
import { filesOf, logWithoutBlock, packedGenesis, seedOf, votersOf } from "./chain";
import { container, MOUNTS, probes } from "./container";
import { JWT, opStackExecution } from "./execution";
import { fetchedUrls } from "./fetched";
import { BRING_GENESIS, genesisDelivery } from "./genesis";
import { OP_STACK_MESH } from "./mesh";
import type { OpStack } from "./op-stack";
import { OP_STACK, OP_STACK_PORTS as PORTS } from "./ports";
import { RAFT_FOLDER } from "./raft-folder";
import { readRollup } from "./rollup";
import { BRING_SNAPSHOT } from "./snapshot";
import { submittersOf } from "./submitters/kinds";

const NODE_RESOURCES: Resources = { cpu: "500m", memory: "512Mi", memoryLimit: "2Gi" };
const CONDUCTOR_RESOURCES: Resources = { cpu: "100m", memory: "128Mi", memoryLimit: "512Mi" };

const ROLLUP = `${Scripts.MOUNT_PATH}/rollup.json`;
const L1_CHAIN = `${Scripts.MOUNT_PATH}/l1-chain.json`;
const onLoopback = (port: number) => `http://127.0.0.1:${port}`;

/** op-node, an execution client and op-conductor in the frame of a sequencer. */
export function opStackParts(props: ConductorSequencerProps, members: number): NodeParts {
  const { software, sequencerKey, namespace, haproxyImage = HAPROXY_IMAGE } = props;
  const { images, l1 } = software;
  const settings = conductorSettings(props, members);
  return {
    name: OP_STACK.name,
    writePort: PORTS.rpc,
    execution: opStackExecution(software),
    upstreams: [
      { name: "l1", port: PORTS.l1, endpoints: l1.endpoints },
      ...(l1.beacon?.length ? [{ name: "beacon", port: PORTS.beacon, endpoints: l1.beacon }] : []),
    ],
    calls: fetchedUrls(software.genesis, software.snapshot),
    signerInKms: false,
    signers: namesOfKey(`Secret ${namespace}/${sequencerKey.secret}`, sequencerKey.address),
    images: [
      [["software", "images", "node"], images.node],
      [["software", "images", "conductor"], images.conductor],
      [["software", "images", "execution"], images.execution],
      ...submittersOf(software).map(({ component, settings }): [string[], string] => [
        ["software", component, "image"],
        settings.image,
      ]),
      [["haproxyImage"], haproxyImage],
    ],
    config: (scope, frame) =>
      new Scripts(scope, "Config", {
        namespace,
        name: `${frame.name}-config`,
        labels: frame.metadata.labels,
        files: scriptsOf(software).map(name => join(__dirname, "scripts", name)),
        texts: texts(props, frame),
        binary: binary(software),
      }),
    referenced: [
      {
        volumes: [{ name: "sequencer-key", secret: { secretName: sequencerKey.secret, defaultMode: "0440" } }],
        mounts: [{ name: "sequencer-key", mountPath: PATHS.signer, readOnly: true }],
      },
    ],
    containers: (frame, parts) => [
      {
        ...container("node", software.network ? LOOK_UP : START_NODE, images.node, NODE_RESOURCES),
        args: nodeCommand(props),
        env: env(frame, {
          JWT,
          ENGINE_PORT: String(PORTS.engine),
          SEQUENCER_KEY: `${PATHS.signer}/sequencer.key`,
          NODE_KEY,
          NODE_KEY_SECRET: props.nodeKeys.secret,
          PEER_IDS: props.nodeKeys.peerIds.join(" "),
          NODE_PORT: String(PORTS.node),
          CONDUCTOR_PORT: String(PORTS.conductor),
          P2P_PORT: String(PORTS.p2p),
          ...(software.network && { NETWORK: software.network, BLOCK_MS: String(blockTimeMs(props)) }),
          ...(sequencerKey.address && {
            SIGNER_ADDRESS: sequencerKey.address,
            // op-node has that of a chain of the registry.
            ...(software.rollup && { SYSTEM_CONFIG: readRollup(software.rollup).systemConfig }),
            L1_PORT: String(PORTS.l1),
          }),
          ...Object.assign({}, ...parts.map(part => part.env)),
        }),
        port: [
          { name: "p2p", containerPort: PORTS.p2p, protocol: "TCP" },
          { name: "metrics", containerPort: PORTS.metrics, protocol: "TCP" },
          // The mesh has these two for op-node, which is on loopback.
          { name: "role", containerPort: PORTS.role, protocol: "TCP" },
          { name: "node-rpc", containerPort: PORTS.nodeRpc, protocol: "TCP" },
        ],
        ...probes("metrics"),
        readinessProbe: { httpGet: { path: "/ready", port: "role" }, ...READY },
        volumeMount: [
          ...MOUNTS,
          { name: "config", mountPath: "/jwt", readOnly: true },
          { name: "node-key", mountPath: NODE_KEY, subPathExpr: "$(POD_NAME)", readOnly: true },
          ...parts.flatMap(part => part.mounts ?? []),
        ],
      },
      {
        ...container(
          "conductor",
          software.network ? AWAIT_BLOCK : START_CONDUCTOR,
          images.conductor,
          CONDUCTOR_RESOURCES,
        ),
        args: conductorCommand(software, settings),
        env: env(frame, {
          RAFT_DIRECTORY: RAFT_FOLDER.path,
          RAFT_PORT: String(PORTS.raft),
          RPC_PORT: String(PORTS.rpc),
          NODE_PORT: String(PORTS.node),
          CONDUCTOR_PORT: String(PORTS.conductor),
          MESH_PORT: String(MESH.metricsPort),
          MESH_RAFT_PORT: String(MESH.raftPort),
          ROLE_PORT: String(PORTS.role),
          MEMBERS: votersOf(frame, PORTS.raft)
            .map(({ id, address }) => `${id}=${address}`)
            .join(" "),
        }),
        port: [{ name: "conductor", containerPort: PORTS.conductorMetrics, protocol: "TCP" }],
        // It waits for its node and for those of others: until then there is no port to ask.
        ...probes("conductor"),
        volumeMount: [{ name: "data", mountPath: PATHS.data }, ...MOUNTS],
      },
    ],
    mesh: OP_STACK_MESH,
  };
}

const NODE_KEY = "/node-key/key";

const START_NODE = "start-op-node.sh";
const START_CONDUCTOR = "start-conductor.sh";
/** What comes before them, where the chain is one of the superchain registry. */
const LOOK_UP = "look-up-chain.sh";
const AWAIT_BLOCK = "await-block.sh";

function scriptsOf(software: OpStack): string[] {
  return [
    ...["supervise.sh", "start-execution.sh", START_NODE, START_CONDUCTOR, "keep-members.sh"],
    ...(genesisDelivery(software)?.part ? [BRING_GENESIS] : []),
    ...(software.snapshot ? [BRING_SNAPSHOT] : []),
    ...(software.network ? [LOOK_UP, AWAIT_BLOCK] : []),
  ];
}

function binary(software: OpStack): Record<string, string> {
  const packed = packedGenesis(filesOf(software));
  return packed ? { "genesis.json.gz": packed.toString("base64") } : {};
}

/** Configuration of the chain, and the files that found the members' raft: on its genesis block, or on no block. */
function texts({ software }: ConductorSequencerProps, frame: Frame): Record<string, string> {
  const { l1 } = software;
  const files = filesOf(software);
  const genesis = files && "text" in files.genesis && !packedGenesis(files) ? files.genesis.text : undefined;
  const seed = {
    ...seedOf(files, frame, PORTS.raft),
    "raft-log-without-block.db": logWithoutBlock(frame, PORTS.raft),
  };
  const packed = Object.entries(seed).map(([name, bytes]) => [
    `${name}.gz.b64`,
    // They are almost all zeros. Runs alone: other strategies differ between releases of Node.js.
    `${gzipSync(bytes, { level: 9, strategy: zlib.Z_RLE }).toString("base64")}\n`,
  ]);
  return {
    ...(files && { "rollup.json": escapeTerraform(files.rollup) }),
    ...(genesis !== undefined && { "genesis.json": escapeTerraform(genesis) }),
    ...(l1.chainConfig && { "l1-chain.json": escapeTerraform(l1.chainConfig) }),
    ...Object.fromEntries(packed),
  };
}

function env({ name, namespace, clusterDomain }: Frame, more: Readonly<Record<string, string>>): EnvVar[] {
  const field = (variable: string, fieldPath: string) => ({ name: variable, valueFrom: { fieldRef: { fieldPath } } });
  const all = {
    HOME: "/tmp",
    RUN_DIR: PATHS.run,
    MEMBER_ALIAS,
    HEADLESS: headlessHost(name, namespace, clusterDomain),
    ...more,
  };
  return [
    field("POD_NAME", "metadata.name"),
    field("POD_IP", "status.podIP"),
    ...Object.entries(all).map(([key, value]) => ({ name: key, value })),
  ];
}

/** What op-node and op-conductor are told of the chain. */
function chainFlag({ network }: OpStack): string {
  return network ? `--network=${network}` : `--rollup.config=${ROLLUP}`;
}

/** What is the same for every member; the start script adds the rest. */
function nodeCommand({ software }: ConductorSequencerProps): string[] {
  const { l1, execution } = software;
  return [
    "op-node",
    `--l1=${onLoopback(PORTS.l1)}`,
    ...(l1.beacon?.length ? [`--l1.beacon=${onLoopback(PORTS.beacon)}`] : ["--l1.beacon.ignore"]),
    `--l2=${onLoopback(PORTS.engine)}`,
    `--l2.jwt-secret=${JWT}`,
    `--l2.enginekind=${execution === "op-geth" ? "geth" : "reth"}`,
    chainFlag(software),
    ...(l1.chainConfig ? [`--rollup.l1-chain-config=${L1_CHAIN}`] : []),
    "--rpc.addr=127.0.0.1",
    `--rpc.port=${PORTS.node}`,
    "--rpc.enable-admin",
    `--p2p.listen.tcp=${PORTS.p2p}`,
    "--p2p.no-discovery",
    // With none it would look up the defaults, by DNS, even without discovery.
    "--p2p.bootnodes=,",
    "--p2p.peerstore.path=memory",
    "--p2p.discovery.path=memory",
    "--sequencer.enabled",
    "--conductor.enabled",
    `--conductor.rpc=${onLoopback(PORTS.conductor)}`,
    "--metrics.enabled",
    `--metrics.port=${PORTS.metrics}`,
    "--log.format=json",
  ];
}

function conductorCommand(software: OpStack, settings: ConductorSettings): string[] {
  return [
    "op-conductor",
    `--consensus.port=${PORTS.raft}`,
    `--raft.storage.dir=${RAFT_FOLDER.path}`,
    `--raft.heartbeat-timeout=${settings.heartbeatTimeoutMs}ms`,
    `--raft.lease-timeout=${settings.leaseTimeoutMs}ms`,
    `--node.rpc=${onLoopback(PORTS.watchedNode)}`,
    `--execution.rpc=${onLoopback(PORTS.rpc)}`,
    `--healthcheck.interval=${settings.healthIntervalSeconds}`,
    `--healthcheck.unsafe-interval=${settings.unsafeIntervalSeconds}`,
    `--healthcheck.min-peer-count=${settings.minPeerCount}`,
    chainFlag(software),
    "--rpc.addr=127.0.0.1",
    `--rpc.port=${PORTS.conductor}`,
    "--rpc.enable-proxy=false",
    "--metrics.enabled",
    `--metrics.port=${PORTS.conductorMetrics}`,
    "--log.format=json",
  ];
}
