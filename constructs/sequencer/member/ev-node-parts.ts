import type { Container, EnvVar } from "../../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../../kubernetes/pod-security";
import { Scripts } from "../../kubernetes/scripts";
import { daGate } from "../da-gate";
import type { EvNodeEngine } from "../engine";
import { executionParts } from "../execution/executions";
import { headlessHost, MEMBER_ALIAS } from "../members";
import { MESH } from "../mesh/ports";
import { NODE_ALIVE, NODE_STARTS, READY } from "../probes";
import type { RaftSettings } from "../raft/timing";
import { referencedParts } from "../referenced";
import { imagesOf } from "../rules";
import type { SequencerProps } from "../sequencer";
import { signersOf } from "../signers";
import { memberConfig } from "./config";
import { EV_NODE_PORTS } from "./ev-node";
import { lazyIntervalMs } from "./ev-node-options";
import type { Frame, NodeParts } from "./frame";
import type { MemberPart } from "./part";
import { SEQUENCER_PATHS as PATHS } from "./paths";

/** What only one engine tells ev-node. */
export interface EvNodeSettings {
  readonly raft?: RaftSettings;
  /** Paths of further files that its pods mount. */
  readonly scripts?: readonly string[];
}

/** ev-node in the frame of a sequencer. */
export function evNodeParts(props: SequencerProps, engine: EvNodeEngine, settings: EvNodeSettings = {}): NodeParts {
  const { software, da, signer, gateImage } = props;
  const execution = executionParts(software.execution);
  return {
    name: software.name,
    writePort: software.writePort,
    longestBlockMs: lazyIntervalMs(software),
    execution,
    upstreams: [{ name: "da", port: MESH.daPort, endpoints: da.endpoints, pathSecrets: da.pathSecrets }],
    ...(software.tracing && { calls: [software.tracing.endpoint] }),
    signerInKms: signer.kind !== "file",
    signers: signersOf(props),
    images: imagesOf({ ...props, engine, execution }),
    config: (scope, frame) => memberConfig(scope, { ...props, ...frame, engine, ...settings }),
    gate: (scope, { name, namespace, clusterDomain, metadata: { labels } }) =>
      daGate(scope, { da, gateImage, name, namespace, clusterDomain, labels }),
    referenced: referencedParts(props),
    containers: (frame, parts) => [container(props, engine, frame, parts)],
  };
}

function container(props: SequencerProps, engine: EvNodeEngine, frame: Frame, parts: readonly MemberPart[]): Container {
  const { software } = props;
  const { execution } = frame.node;
  // Only this port is open before there is a leader. A probe of RPC would kill members that wait for a quorum.
  const alive = { tcpSocket: [{ port: "metrics" }], timeoutSeconds: 3 };
  return {
    name: "node",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-sequencer.sh`],
    args: [...software.command, ...(software.args ?? [])],
    env: nodeEnv(props, engine, frame, parts),
    port: [
      { name: "rpc", containerPort: EV_NODE_PORTS.rpc, protocol: "TCP" },
      ...(execution.client ? [] : [{ name: "write", containerPort: software.writePort, protocol: "TCP" }]),
      { name: "p2p", containerPort: EV_NODE_PORTS.p2p, protocol: "TCP" },
      { name: "metrics", containerPort: EV_NODE_PORTS.metrics, protocol: "TCP" },
    ],
    startupProbe: { ...alive, ...NODE_STARTS },
    livenessProbe: { ...alive, ...NODE_ALIVE },
    readinessProbe: {
      httpGet: { path: "/health/ready", port: "rpc" },
      ...READY,
    },
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { memory: "1Gi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "data", mountPath: PATHS.data },
      { name: "config", mountPath: PATHS.config },
      { name: "run", mountPath: PATHS.run },
      { name: "tmp", mountPath: "/tmp" },
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      { name: "node-key", mountPath: PATHS.nodeKey, subPathExpr: "$(POD_NAME)", readOnly: true },
      ...parts.flatMap(part => part.mounts ?? []),
    ],
  };
}

function nodeEnv(
  { nodeKeys, genesis }: SequencerProps,
  engine: EvNodeEngine,
  { name, namespace, clusterDomain }: Frame,
  parts: readonly MemberPart[],
): EnvVar[] {
  const texts: Record<string, string> = {
    HOME: "/tmp",
    MODE: engine.name,
    DATA_DIRECTORY: PATHS.data,
    RUN_DIR: PATHS.run,
    P2P_PORT: String(EV_NODE_PORTS.p2p),
    ...(engine.mesh && { MEMBER_ALIAS }),
    ...engine.node.env,
    HEADLESS: headlessHost(name, namespace, clusterDomain),
    PEER_IDS: nodeKeys.peerIds.join(" "),
    NODE_KEY: PATHS.nodeKey,
    NODE_KEY_SECRET: nodeKeys.secret,
    GENESIS: "configMap" in genesis ? `${PATHS.genesis}/genesis.json` : `${Scripts.MOUNT_PATH}/genesis.json`,
    ...Object.assign({}, ...parts.map(({ env }) => env)),
  };
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(texts).map(([key, value]) => ({ name: key, value })),
  ];
}
