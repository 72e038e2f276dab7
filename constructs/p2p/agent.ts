import type { Container, EnvVar } from "../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../kubernetes/pod-security";
import { Scripts } from "../kubernetes/scripts";
import { P2P_AGENT_PORT } from "./agent-port";
import { NETWORK } from "./network";

export interface P2pAgentProps {
  readonly image: string;
  readonly rpcPort: number;
  readonly peersMethod: string;
  /** Whether the node reads the configuration of a named network at start. */
  readonly network: boolean;
  /** What to publish and compare; without it the agent only counts peers. */
  readonly record?: {
    readonly configMap: string;
    readonly enrMethod: string;
    readonly announcedPort: number;
    /** Environment that says which address is announced; none where the software asks for its public address itself. */
    readonly announced: readonly EnvVar[];
    /** Whether the record was made beforehand and is only compared. */
    readonly known: boolean;
    /** Services that the node asks for its public address before it serves; none where it is told one. */
    readonly publicAddressUrls: readonly string[];
  };
}

/**
 * The sidecar beside a p2p node. It runs on the node's own image, which has Node.js, so that there is no second image
 * to trust. Figures: 64 MiB of heap are plenty for one request in flight; a round every 15 s notices a drift within one
 * ping round (300 s).
 */
export function p2pAgent(props: P2pAgentProps): Container {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    name: "agent",
    image: props.image,
    imagePullPolicy: "IfNotPresent",
    command: ["node", `${Scripts.MOUNT_PATH}/p2p-agent.mjs`],
    env: [
      field("POD_NAME", "metadata.name"),
      field("POD_NAMESPACE", "metadata.namespace"),
      field("POD_UID", "metadata.uid"),
      { name: "NODE_OPTIONS", value: "--max-old-space-size=64" },
      { name: "AGENT_PORT", value: String(P2P_AGENT_PORT) },
      { name: "AGENT_RPC_URL", value: `http://127.0.0.1:${props.rpcPort}` },
      { name: "AGENT_PEERS_METHOD", value: props.peersMethod },
      ...(props.network ? [{ name: "AGENT_NETWORK_STATUS_FILE", value: NETWORK.statusFile }] : []),
      ...(props.record
        ? [
            { name: "AGENT_ENR_METHOD", value: props.record.enrMethod },
            { name: "AGENT_CONFIG_MAP", value: props.record.configMap },
            { name: "AGENT_ANNOUNCED_PORT", value: String(props.record.announcedPort) },
            ...props.record.announced,
            ...(props.record.known ? [{ name: "AGENT_RECORD_KNOWN", value: "true" }] : []),
            ...(props.record.publicAddressUrls.length > 0
              ? [{ name: "AGENT_PUBLIC_ADDRESS_URLS", value: props.record.publicAddressUrls.join(" ") }]
              : []),
          ]
        : []),
    ],
    port: [{ name: "metrics", containerPort: P2P_AGENT_PORT, protocol: "TCP" }],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      ...(props.network ? [{ name: NETWORK.volume, mountPath: NETWORK.mountPath, readOnly: true }] : []),
      ...(props.record
        ? [{ name: "agent-token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true }]
        : []),
    ],
  };
}
