import type { FailFastGate } from "../kubernetes/fail-fast-gate";
import type { Container, EnvVar, PodSpec, Volume } from "../kubernetes/framework/provider";
import { POD_SECURITY } from "../kubernetes/pod-security";
import { Scripts } from "../kubernetes/scripts";
import type { Announce } from "./announce";
import { type BootnodeSource, bootnodeEnv, FETCHED } from "./bootnodes";
import { crsParts } from "./crs";
import { NETWORK } from "./network";
import { nodeOptions, type PodFrameProps, podFrame, softwareContainer, softwareEnv, statusProbe } from "./pod-frame";
import { p2pServiceName } from "./service-name";
import type { PeerRole } from "./software/software";

export interface P2pPodProps extends PodFrameProps {
  readonly role: PeerRole;
  readonly namespace: string;
  readonly announce: Announce;
  readonly clusterDomain: string;
  readonly bootnodes: readonly BootnodeSource[];
  readonly gate?: FailFastGate;
  readonly env: Readonly<Record<string, string>>;
  /** What the wiring says beside `env`, and `env` may not replace. */
  readonly wiredEnv: Readonly<Record<string, string>>;
  readonly identitySecret?: string;
  readonly pinEnr: boolean;
  readonly sidecars: readonly Container[];
  readonly volumes: readonly Volume[];
}

const KEY_FILE = "/identity/p2p-private-key";

/** The pod of a p2p node, the same for a StatefulSet and for a Deployment. */
export function p2pPod(props: P2pPodProps): PodSpec {
  const { announce, gate } = props;
  const frame = podFrame(props);
  const initContainers = [...((frame.initContainer as Container[]) ?? []), ...(gate ? [gate.container] : [])];
  return {
    ...frame,
    ...(announce.hostExposure === "hostNetwork"
      ? { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }
      : { securityContext: { ...POD_SECURITY, sysctl: [reserved(announce.port)] } }),
    ...(initContainers.length > 0 && { initContainer: initContainers }),
    container: [nodeContainer(props), ...props.sidecars],
    volume: [
      ...(frame.volume as Volume[]),
      ...(props.identitySecret
        ? [{ name: "identity", secret: { secretName: props.identitySecret, defaultMode: "0440" } }]
        : []),
      ...(gate ? [{ name: FETCHED.volume, emptyDir: {} }, ...gate.volumes] : []),
      ...(props.software.network ? [{ name: NETWORK.volume, emptyDir: {} }] : []),
      ...props.volumes,
    ],
  };
}

/**
 * Keeps the port from the node's own connections: 40400 is one of those that Linux takes for them (32768 to 60999), and
 * one that is open, or was in the last minute, would keep the node from listening. Pod Security `restricted` allows it,
 * and kubelets from 1.27 on take it.
 */
const reserved = (port: number) => ({ name: "net.ipv4.ip_local_reserved_ports", value: String(port) });

function nodeContainer(props: P2pPodProps): Container {
  const { software, announce } = props;
  const hostPort = announce.hostExposure === "hostPort" ? { hostPort: announce.port } : {};
  const common = softwareContainer(props);
  return {
    ...common,
    command: [`${Scripts.MOUNT_PATH}/start-node.sh`],
    args: [...software.command[props.role]],
    env: nodeEnv(props),
    port: [
      { name: "rpc", containerPort: software.rpcPort, protocol: "TCP" },
      { name: "p2p-tcp", containerPort: announce.port, protocol: "TCP", ...hostPort },
      { name: "p2p-udp", containerPort: announce.port, protocol: "UDP", ...hostPort },
    ],
    readinessProbe:
      props.role === "bootstrap"
        ? { ...statusProbe(software), periodSeconds: 15, failureThreshold: 2 }
        : {
            exec: { command: [`${Scripts.MOUNT_PATH}/check-synced.sh`, software.syncMethod] },
            periodSeconds: 15,
            timeoutSeconds: 4,
            failureThreshold: 2,
          },
    volumeMount: [
      ...(common.volumeMount as object[]),
      ...(props.gate ? [{ name: FETCHED.volume, mountPath: FETCHED.mountPath, readOnly: true }] : []),
      ...(software.network ? [{ name: NETWORK.volume, mountPath: NETWORK.mountPath }] : []),
      ...(props.identitySecret
        ? [{ name: "identity", mountPath: KEY_FILE, subPathExpr: "$(POD_NAME)", readOnly: true }]
        : []),
    ] as Container["volumeMount"],
  };
}

function nodeEnv(props: P2pPodProps): EnvVar[] {
  const { software, announce, role } = props;
  const port = String(announce.port);
  const pin = props.pinEnr ? [`--import=file://${Scripts.MOUNT_PATH}/pin-enr.mjs`] : [];
  const texts: Record<string, string> = {
    HOME: "/tmp",
    ...software.env,
    ...software.roleEnv[role],
    ...props.env,
    ...props.wiredEnv,
    ...crsParts(props).env,
    NODE_OPTIONS: nodeOptions(props, ...pin),
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
  return [...softwareEnv(props, texts), ...bootnodeEnv(props.bootnodes)];
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
