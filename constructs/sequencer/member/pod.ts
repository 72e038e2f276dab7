import type { Container, EnvVar, PodSpec } from "../../kubernetes/framework/provider";
import { CONTAINER_SECURITY, POD_SECURITY } from "../../kubernetes/pod-security";
import type { Resources } from "../../kubernetes/resources";
import { Scripts } from "../../kubernetes/scripts";
import type { Engine } from "../engine";
import type { ExecutionParts } from "../execution/execution";
import { headlessHost, MEMBER_ALIAS } from "../members";
import { NODE_ALIVE, NODE_STARTS, READY } from "../probes";
import { referencedParts } from "../referenced";
import type { SequencerProps } from "../sequencer";
import { EV_NODE_PORTS } from "./ev-node";
import type { MemberPart } from "./part";
import { SEQUENCER_PATHS as PATHS } from "./paths";

export interface SequencerPodProps extends SequencerProps {
  readonly name: string;
  readonly clusterDomain: string;
  readonly engine: Engine;
  readonly execution: ExecutionParts;
  readonly selector: Record<string, string>;
  /** What runs beside the node, in their order. */
  readonly parts: readonly MemberPart[];
}

const RESOURCES: Resources = { cpu: "500m", memory: "512Mi", memoryLimit: "1Gi" };

/** Upstream stops within 10 s of SIGTERM, 3 of them to hand over; a Lease pair's script allows it 20. */
const GRACE_SECONDS = 60;

/** The pod of a member. No CPU limit anywhere: throttling looks like a lost leader. */
export function sequencerPod(props: SequencerPodProps): PodSpec {
  const { name, nodeKeys } = props;
  const parts = [...referencedParts(props), ...props.parts];
  const [hostAliases] = parts.flatMap(part => (part.hostAliases ? [part.hostAliases] : []));
  const initContainer = parts.flatMap(part => part.initContainer ?? []);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: POD_SECURITY,
    ...(hostAliases && { hostAliases }),
    // A lost DNS server costs two seconds at most, and full names are asked for first.
    dnsConfig: { option: ["timeout:1", "attempts:2", "ndots:2"].map(dnsOption) },
    ...placement(props),
    ...(initContainer.length > 0 && { initContainer }),
    container: [nodeContainer(props, parts), ...parts.flatMap(part => part.container ?? [])],
    volume: [
      { name: "scripts", configMap: { name: `${name}-config`, defaultMode: "0555" } },
      { name: "tmp", emptyDir: {} },
      { name: "run", emptyDir: { medium: "Memory" } },
      { name: "config", emptyDir: { medium: "Memory" } },
      { name: "node-key", secret: { secretName: nodeKeys.secret, defaultMode: "0440" } },
      ...parts.flatMap(part => part.volumes ?? []),
    ],
  };
}

function nodeContainer(props: SequencerPodProps, parts: readonly MemberPart[]): Container {
  const { software, execution } = props;
  const resources = props.resources ?? RESOURCES;
  // Only this port is open before there is a leader. A probe of RPC would kill members that wait for a quorum.
  const alive = { tcpSocket: [{ port: "metrics" }], timeoutSeconds: 3 };
  return {
    name: "node",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-sequencer.sh`],
    args: [...software.command],
    env: nodeEnv(props, parts),
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
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
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

function nodeEnv({ engine, nodeKeys, genesis, ...props }: SequencerPodProps, parts: readonly MemberPart[]): EnvVar[] {
  const texts: Record<string, string> = {
    HOME: "/tmp",
    MODE: engine.name,
    DATA_DIRECTORY: PATHS.data,
    RUN_DIR: PATHS.run,
    P2P_PORT: String(EV_NODE_PORTS.p2p),
    ...(engine.mesh && { MEMBER_ALIAS }),
    ...engine.node.env,
    HEADLESS: headlessHost(props.name, props.namespace, props.clusterDomain),
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

/** Members on different hosts, and in different zones where possible, or evenly over the zones that are named. */
function placement({ spread = "hard", zones, selector, engine }: SequencerPodProps): Partial<PodSpec> {
  if (!engine.leaderCheck && !zones?.length) return {};
  const labelSelector = [{ matchLabels: selector }];
  const host = { topologyKey: "kubernetes.io/hostname", labelSelector };
  const zone = { maxSkew: 1, topologyKey: ZONE, labelSelector };
  return {
    affinity: {
      podAntiAffinity:
        spread === "hard"
          ? { requiredDuringSchedulingIgnoredDuringExecution: [host] }
          : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: host }] },
      ...(zones?.length && {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerm: [{ matchExpressions: [{ key: ZONE, operator: "In", values: [...zones] }] }],
          },
        },
      }),
    },
    topologySpreadConstraint: [{ ...zone, whenUnsatisfiable: zones?.length ? "DoNotSchedule" : "ScheduleAnyway" }],
  };
}

const ZONE = "topology.kubernetes.io/zone";

function dnsOption(text: string) {
  const [name = "", value = ""] = text.split(":");
  return { name, value };
}
