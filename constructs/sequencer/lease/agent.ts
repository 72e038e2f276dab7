import type { Container } from "../../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../../kubernetes/pod-security";
import { Scripts } from "../../kubernetes/scripts";
import { EV_NODE_PORTS } from "../member/ev-node";
import { SEQUENCER_PATHS } from "../member/paths";
import { membersOf } from "../members";
import { MESH_DA_ADDRESS } from "../mesh/member-mesh";
import { SIDECAR_ALIVE } from "../probes";
import { LEASE_AGENT_PORT } from "./protocol";
import type { LeaseTimingMs } from "./timing";

export interface LeaseAgentProps {
  readonly image: string;
  /** Name of the Lease, and of the sequencer. */
  readonly name: string;
  readonly members: number;
  readonly timing: LeaseTimingMs;
  readonly blockTimeMs: number;
  /** Of a lazy chain: the longest time between two blocks. */
  readonly lazyIntervalMs?: number;
}

/** For so many block times, or lazy intervals, after its newest block ev-node says that it is ready. */
const READY_BLOCKS = 5;
const READY_INTERVALS = 2;

/** The agent looks at its node as often. */
const LEAST_READY_AGE_MS = 100;

/** The sidecar that holds the Lease for its member, and tells the start script until when it may sequence. */
export function leaseAgent(props: LeaseAgentProps): Container {
  const { image, name, members, timing, blockTimeMs, lazyIntervalMs } = props;
  const readyAge = lazyIntervalMs === undefined ? READY_BLOCKS * blockTimeMs : READY_INTERVALS * lazyIntervalMs;
  const field = (variable: string, fieldPath: string) => ({ name: variable, valueFrom: { fieldRef: { fieldPath } } });
  const texts: Record<string, string> = {
    NODE_OPTIONS: "--max-old-space-size=64",
    AGENT_PORT: String(LEASE_AGENT_PORT),
    RUN_DIR: SEQUENCER_PATHS.run,
    LEASE_NAME: name,
    LEASE_DURATION_MS: String(timing.duration),
    LEASE_RENEW_DEADLINE_MS: String(timing.renewDeadline),
    LEASE_RETRY_MS: String(timing.retry),
    LEASE_KILL_GRACE_MS: String(timing.killGrace),
    READY_AGE_MS: String(Math.max(readyAge, LEAST_READY_AGE_MS)),
    CANDIDATES: membersOf(members)
      .map(ordinal => `${name}-${ordinal}`)
      .join(","),
    DA_URL: MESH_DA_ADDRESS,
    NODE_READY_URL: `http://127.0.0.1:${EV_NODE_PORTS.rpc}/health/ready`,
    NODE_METRICS_URL: `http://127.0.0.1:${EV_NODE_PORTS.metrics}/metrics`,
  };
  return {
    name: "agent",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["node", `${Scripts.MOUNT_PATH}/lease-agent.mjs`],
    env: [
      field("POD_NAME", "metadata.name"),
      field("POD_NAMESPACE", "metadata.namespace"),
      ...Object.entries(texts).map(([variable, value]) => ({ name: variable, value })),
    ],
    port: [{ name: "agent", containerPort: LEASE_AGENT_PORT, protocol: "TCP" }],
    livenessProbe: {
      httpGet: { path: "/healthz", port: "agent" },
      ...SIDECAR_ALIVE,
    },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      { name: "run", mountPath: SEQUENCER_PATHS.run },
      { name: "agent-token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
    ],
  };
}
