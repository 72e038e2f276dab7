import type { Container } from "../../../kubernetes/framework/provider";
import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import { blockTimeMs } from "../../block-time";
import type { Frame } from "../../member/frame";
import type { MemberPart } from "../../member/part";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { READY } from "../../probes";
import { container, MOUNTS, memberEnv, probes } from "./container";
import { JWT } from "./execution";
import type { OpStack } from "./op-stack";
import { OP_STACK_PORTS as PORTS } from "./ports";
import type { OpStackSequencerProps } from "./props";
import { readRollup } from "./rollup";
import type { Sequencing } from "./sequencing";

const RESOURCES: Resources = { cpu: "500m", memory: "512Mi", memoryLimit: "2Gi" };

const ROLLUP = `${Scripts.MOUNT_PATH}/rollup.json`;
const L1_CHAIN = `${Scripts.MOUNT_PATH}/l1-chain.json`;
const NODE_KEY = "/node-key/key";

export const START_NODE = "start-op-node.sh";
/** What comes before it, where the chain is one of the superchain registry. */
export const LOOK_UP = "look-up-chain.sh";

export const onLoopback = (port: number) => `http://127.0.0.1:${port}`;

/** op-node. */
export function nodeContainer(
  props: OpStackSequencerProps,
  frame: Frame,
  parts: readonly MemberPart[],
  sequencing: Sequencing,
): Container {
  const { software, sequencerKey } = props;
  return {
    ...container("node", software.network ? LOOK_UP : START_NODE, software.images.node, RESOURCES),
    args: [...command(software), ...sequencing.flags, "--metrics.enabled", `--metrics.port=${PORTS.metrics}`, LOG],
    env: memberEnv(frame, {
      JWT,
      ENGINE_PORT: String(PORTS.engine),
      SEQUENCER_KEY: `${PATHS.signer}/sequencer.key`,
      NODE_KEY,
      NODE_KEY_SECRET: props.nodeKeys.secret,
      PEER_IDS: props.nodeKeys.peerIds.join(" "),
      NODE_PORT: String(PORTS.node),
      ...sequencing.env,
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
      ...sequencing.mounts,
      ...parts.flatMap(part => part.mounts ?? []),
    ],
  };
}

/** What op-node and op-conductor are told of the chain. */
export function chainFlag({ network }: OpStack): string {
  return network ? `--network=${network}` : `--rollup.config=${ROLLUP}`;
}

export const LOG = "--log.format=json";

/** What is the same for every member; the start script adds the rest. */
function command(software: OpStack): string[] {
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
  ];
}
