import type { FailFastGate } from "../kubernetes/fail-fast-gate";
import type { Container, EnvVar, PodSpec, Volume } from "../kubernetes/framework/provider";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/pod-security";
import { bytes } from "../kubernetes/quantity";
import type { Resources } from "../kubernetes/resources";
import { Scripts } from "../kubernetes/scripts";
import type { Announce } from "./announce";
import { type BootnodeSource, bootnodeEnv, FETCHED } from "./bootnodes";
import { NETWORK } from "./network";
import { p2pServiceName } from "./services";
import type { P2pRole, P2pSoftware } from "./software/software";

export interface P2pPodProps {
  readonly namespace: string;
  readonly name: string;
  readonly role: P2pRole;
  readonly software: P2pSoftware;
  readonly announce: Announce;
  readonly clusterDomain: string;
  readonly bootnodes: readonly BootnodeSource[];
  readonly gate?: FailFastGate;
  readonly resources: Resources;
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv: Readonly<Record<string, { readonly secret: string; readonly key: string }>>;
  readonly identitySecret?: string;
  readonly pinEnr: boolean;
  readonly keepsData: boolean;
  readonly serviceAccount: string;
  readonly selector: Record<string, string>;
  readonly replicas: number;
  readonly spread: "hard" | "soft";
  readonly sidecars: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  readonly imagePullSecrets: readonly string[];
}

const KEY_FILE = "/identity/p2p-private-key";

/**
 * Environment that the package sets itself; a user's may not replace it, since identity and reachability hang on it.
 */
export const MANAGED_ENV = new RegExp(
  `^(${[
    "POD_NAME",
    "P2P_(IP|PORT|BROADCAST_PORT|QUERY_FOR_IP|ENABLED|LISTEN_ADDR)",
    "PEER_ID_PRIVATE_KEY(_PATH)?",
    "IDENTITY_SECRET",
    "ANNOUNCE_.*",
    "BOOTNODE.*",
    "BOOTSTRAP_NODES",
    "DATA_DIRECTORY",
    "NODE_OPTIONS",
    "NODE_IMAGE",
    "PIN_ENR_MODULE",
    "AZTEC_PORT",
    "NETWORK(_.*)?",
  ].join("|")})$`,
);

/** The pod of a p2p node, the same for a StatefulSet and for a Deployment. */
export function p2pPod(props: P2pPodProps): PodSpec {
  const { announce, gate } = props;
  return {
    serviceAccountName: props.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: POD_SECURITY,
    ...(announce.hostExposure === "hostNetwork" && { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }),
    ...(props.priorityClassName && { priorityClassName: props.priorityClassName }),
    ...(Object.keys(props.nodeSelector).length > 0 && { nodeSelector: { ...props.nodeSelector } }),
    ...(props.imagePullSecrets.length > 0 && { imagePullSecrets: props.imagePullSecrets.map(name => ({ name })) }),
    ...(props.replicas > 1 && { topologySpreadConstraint: spreadConstraints(props) }),
    ...(gate && { initContainer: [gate.container] }),
    container: [nodeContainer(props), ...props.sidecars],
    volume: [
      { name: "scripts", configMap: { name: `${props.name}-scripts`, defaultMode: "0555" } },
      { name: "tmp", emptyDir: {} },
      ...(props.keepsData ? [] : [{ name: "data", emptyDir: {} }]),
      ...(props.identitySecret
        ? [{ name: "identity", secret: { secretName: props.identitySecret, defaultMode: "0440" } }]
        : []),
      ...(gate ? [{ name: FETCHED.volume, emptyDir: {} }, ...gate.volumes] : []),
      ...(props.software.network ? [{ name: NETWORK.volume, emptyDir: {} }] : []),
      ...props.volumes,
    ],
  };
}

function nodeContainer(props: P2pPodProps): Container {
  const { software, announce } = props;
  const hostPort = announce.hostExposure === "hostPort" ? { hostPort: announce.port } : {};
  const status = { httpGet: { path: software.statusPath, port: "rpc" } };
  return {
    name: "node",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-node.sh`],
    args: [...software.command[props.role]],
    env: nodeEnv(props),
    port: [
      { name: "rpc", containerPort: software.rpcPort, protocol: "TCP" },
      { name: "p2p-tcp", containerPort: announce.port, protocol: "TCP", ...hostPort },
      { name: "p2p-udp", containerPort: announce.port, protocol: "UDP", ...hostPort },
    ],
    startupProbe: { ...status, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: STARTUP_SECONDS / 10 },
    readinessProbe:
      props.role === "bootstrap"
        ? { ...status, periodSeconds: 15, timeoutSeconds: 2, failureThreshold: 2 }
        : {
            exec: { command: [`${Scripts.MOUNT_PATH}/check-synced.sh`, software.syncMethod] },
            periodSeconds: 15,
            timeoutSeconds: 4,
            failureThreshold: 2,
          },
    resources: {
      requests: { cpu: props.resources.cpu, memory: props.resources.memory },
      limits: { memory: props.resources.memoryLimit },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "data", mountPath: software.dataMount },
      { name: "tmp", mountPath: "/tmp" },
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      ...(props.gate ? [{ name: FETCHED.volume, mountPath: FETCHED.mountPath, readOnly: true }] : []),
      ...(software.network ? [{ name: NETWORK.volume, mountPath: NETWORK.mountPath }] : []),
      ...(props.identitySecret
        ? [{ name: "identity", mountPath: KEY_FILE, subPathExpr: "$(POD_NAME)", readOnly: true }]
        : []),
    ],
  };
}

/**
 * Twenty minutes to the first answer, as Aztec's charts allow: a node syncs before it serves. No liveness probe: it
 * would kill a syncing node.
 */
export const STARTUP_SECONDS = 1200;

function nodeEnv(props: P2pPodProps): EnvVar[] {
  const { software, announce, role } = props;
  const port = String(announce.port);
  const texts: Record<string, string> = {
    HOME: "/tmp",
    ...software.env,
    ...software.roleEnv[role],
    ...props.env,
    NODE_OPTIONS: nodeOptions(props),
    NODE_IMAGE: software.image,
    P2P_PORT: port,
    P2P_BROADCAST_PORT: port,
    ...announceEnv(props),
    ...(software.network && {
      NETWORK_NAME: software.network.name,
      NETWORK_URLS: software.network.urls.join(" "),
      NETWORK_DIR: NETWORK.mountPath,
      NETWORK_KEPT_DIR: `${software.dataMount}/network`,
    }),
    ...(props.pinEnr && software.enrVotingModule && { PIN_ENR_MODULE: software.enrVotingModule }),
    ...(props.identitySecret && { PEER_ID_PRIVATE_KEY_PATH: KEY_FILE, IDENTITY_SECRET: props.identitySecret }),
  };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return [
    field("POD_NAME", "metadata.name"),
    ...Object.entries(texts).flatMap(([name, value]) => (name in props.secretEnv ? [] : [{ name, value }])),
    ...Object.entries(props.secretEnv).map(([name, { secret, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
    ...bootnodeEnv(props.bootnodes),
  ];
}

function announceEnv({ announce, name, namespace, clusterDomain }: P2pPodProps): Record<string, string> {
  switch (announce.mode) {
    case "clusterIp":
      return { ANNOUNCE_MODE: "service", ANNOUNCE_HOST: announceHost(name, namespace, clusterDomain) };
    case "podIp":
      return { ANNOUNCE_MODE: "pod" };
    case "publicIp":
      return { ANNOUNCE_MODE: "query", P2P_QUERY_FOR_IP: "true" };
    case "address":
      return { ANNOUNCE_MODE: "fixed", ANNOUNCE_ADDRESSES: announce.addresses.join(" ") };
  }
}

/** DNS name of the p2p Service of a replica. */
export function announceHost(name: string, namespace: string, clusterDomain: string, ordinal = 0): string {
  return `${p2pServiceName(name, ordinal)}.${namespace}.svc.${clusterDomain}`;
}

function nodeOptions({ software, resources, pinEnr }: P2pPodProps): string {
  const heapMiB = Math.floor(((bytes(resources.memoryLimit) ?? 0) * 0.75) / 2 ** 20);
  return [
    ...software.nodeOptions,
    `--max-old-space-size=${heapMiB}`,
    ...(pinEnr ? [`--import=file://${Scripts.MOUNT_PATH}/pin-enr.mjs`] : []),
  ].join(" ");
}

function spreadConstraints({ spread, selector }: P2pPodProps): NonNullable<PodSpec["topologySpreadConstraint"]> {
  const labelSelector = [{ matchLabels: selector }];
  const host = spread === "hard" ? "DoNotSchedule" : "ScheduleAnyway";
  return [
    { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: host, labelSelector },
    { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
  ];
}
