import type { FailFastGate } from "../kubernetes/fail-fast-gate";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/pod-security";
import type { Container, EnvVar, PodSpec, Volume } from "../kubernetes/provider";
import type { Resources } from "../kubernetes/resources";
import { Scripts } from "../kubernetes/scripts";
import { daEndpoint } from "./da-endpoint";
import { EV_NODE_PORTS, EV_RETH } from "./ev-node";
import { executionClient, JWT_MOUNT } from "./execution-client";
import { MESH_DA_ADDRESS, type MemberMesh } from "./mesh/member-mesh";
import { headlessHost, SEQUENCER_PATHS as PATHS, type SequencerMode, type SequencerProps } from "./sequencer";

export interface SequencerPodProps extends SequencerProps {
  readonly name: string;
  readonly clusterDomain: string;
  readonly mode: SequencerMode;
  readonly selector: Record<string, string>;
  readonly mesh?: MemberMesh;
  readonly gate?: FailFastGate;
  readonly env: Readonly<Record<string, string>>;
  readonly sidecars: readonly Container[];
  readonly volumes: readonly Volume[];
}

const RESOURCES: Resources = { cpu: "500m", memory: "512Mi", memoryLimit: "1Gi" };
const EXECUTION_RESOURCES: Resources = { cpu: "1", memory: "2Gi", memoryLimit: "4Gi" };

/** Upstream stops within 10 s of SIGTERM, 3 of them to hand over; a Lease pair's script allows it 20. */
const GRACE_SECONDS = 60;

/** The pod of a member. No CPU limit anywhere: throttling looks like a lost leader. */
export function sequencerPod(props: SequencerPodProps): PodSpec {
  const { name, mesh, gate, software, genesis, signer, nodeKeys, da } = props;
  const execution =
    software.execution.kind === "evm" &&
    executionClient(software.execution, props.executionResources ?? EXECUTION_RESOURCES);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: POD_SECURITY,
    ...(mesh && { hostAliases: mesh.hostAliases }),
    // What still asks DNS gives up on a lost server within two seconds, and asks for full names at once.
    dnsConfig: { option: ["timeout:1", "attempts:2", "ndots:2"].map(dnsOption) },
    ...(props.priorityClassName && { priorityClassName: props.priorityClassName }),
    ...(Object.keys(props.nodeSelector ?? {}).length > 0 && { nodeSelector: { ...props.nodeSelector } }),
    ...(props.imagePullSecrets?.length && {
      imagePullSecrets: props.imagePullSecrets.map(secret => ({ name: secret })),
    }),
    ...placement(props),
    ...(gate && { initContainer: [gate.container] }),
    container: [
      nodeContainer(props),
      ...(mesh ? [mesh.container] : []),
      ...(execution ? [execution.container] : []),
      ...props.sidecars,
    ],
    volume: [
      { name: "scripts", configMap: { name: `${name}-config`, defaultMode: "0555" } },
      { name: "tmp", emptyDir: {} },
      { name: "run", emptyDir: { medium: "Memory" } },
      { name: "config", emptyDir: { medium: "Memory" } },
      { name: "node-key", secret: { secretName: nodeKeys.secret, defaultMode: "0440" } },
      ...(signer.kind === "file"
        ? [{ name: "signer", secret: { secretName: signer.secret, defaultMode: "0440" } }]
        : []),
      ...("configMap" in genesis ? [{ name: "genesis", configMap: { name: genesis.configMap } }] : []),
      ...(da.authToken
        ? [
            {
              name: "da-token",
              secret: {
                secretName: da.authToken.secret,
                defaultMode: "0440",
                items: [{ key: da.authToken.key, path: "token" }],
              },
            },
          ]
        : []),
      ...(mesh?.volumes ?? []),
      ...(gate?.volumes ?? []),
      ...(execution ? execution.volumes : []),
      ...props.volumes,
    ],
  };
}

function nodeContainer(props: SequencerPodProps): Container {
  const { software, signer, genesis, da } = props;
  const resources = props.resources ?? RESOURCES;
  // The only port that is open before there is a leader: RPC is not, and a probe on it would kill members that wait for a quorum.
  const alive = { tcpSocket: [{ port: "metrics" }], timeoutSeconds: 3 };
  return {
    name: "node",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-sequencer.sh`],
    args: [...software.command],
    env: nodeEnv(props),
    port: [
      { name: "rpc", containerPort: EV_NODE_PORTS.rpc, protocol: "TCP" },
      ...(software.execution.kind === "testapp"
        ? [{ name: "write", containerPort: software.writePort, protocol: "TCP" }]
        : []),
      { name: "p2p", containerPort: EV_NODE_PORTS.p2p, protocol: "TCP" },
      { name: "metrics", containerPort: EV_NODE_PORTS.metrics, protocol: "TCP" },
    ],
    startupProbe: { ...alive, periodSeconds: 2, failureThreshold: 150 },
    livenessProbe: { ...alive, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: {
      httpGet: { path: "/health/ready", port: "rpc" },
      periodSeconds: 2,
      timeoutSeconds: 1,
      failureThreshold: 2,
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
      ...(signer.kind === "file" ? [{ name: "signer", mountPath: PATHS.signer, readOnly: true }] : []),
      ...("configMap" in genesis ? [{ name: "genesis", mountPath: PATHS.genesis, readOnly: true }] : []),
      ...(da.authToken ? [{ name: "da-token", mountPath: "/da-token", readOnly: true }] : []),
      ...(software.execution.kind === "evm" ? [JWT_MOUNT] : []),
    ],
  };
}

function nodeEnv(props: SequencerPodProps): EnvVar[] {
  const { mode, name, namespace, clusterDomain, nodeKeys, genesis, signer, da, software } = props;
  const texts: Record<string, string> = {
    HOME: "/tmp",
    MODE: mode,
    DATA_DIRECTORY: PATHS.data,
    RUN_DIR: PATHS.run,
    ...(mode === "raft" && { RPC_PORT: String(EV_NODE_PORTS.rpc) }),
    HEADLESS: headlessHost(name, namespace, clusterDomain),
    PEER_IDS: nodeKeys.peerIds.join(" "),
    NODE_KEY: PATHS.nodeKey,
    NODE_KEY_SECRET: nodeKeys.secret,
    GENESIS: "configMap" in genesis ? `${PATHS.genesis}/genesis.json` : `${Scripts.MOUNT_PATH}/genesis.json`,
    ...(signer.kind === "file" && { PASSPHRASE_FILE: `${PATHS.signer}/passphrase` }),
    ...(da.authToken && { DA_TOKEN_FILE: PATHS.daToken }),
    ...(software.execution.kind === "evm" && { ENGINE_PORT: String(EV_RETH.engine) }),
    ...props.env,
  };
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(texts).map(([key, value]) => ({ name: key, value })),
  ];
}

/** Where ev-node dials the DA: its own proxy, or where there is none the one endpoint. */
export function daAddressOf(mode: SequencerMode, endpoints: readonly string[], clusterDomain: string): string {
  if (mode !== "single") return MESH_DA_ADDRESS;
  const { tls, host, port } = daEndpoint(endpoints[0] as string, clusterDomain);
  return `${tls ? "https" : "http"}://${host}:${port}`;
}

/** Never two members on a host, where they must not; zones by preference, or evenly over those that are named. */
function placement({ spread = "hard", zones, selector, mode }: SequencerPodProps): Partial<PodSpec> {
  if (mode === "single" && !zones?.length) return {};
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
