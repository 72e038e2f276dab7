import type { Container, PodSpec, Volume, VolumeMount } from "../../../../kubernetes/framework/provider";
import { CONTAINER_SECURITY, POD_SECURITY } from "../../../../kubernetes/pod-security";
import type { Resources } from "../../../../kubernetes/resources";
import { Scripts } from "../../../../kubernetes/scripts";
import { READY, SIDECAR_ALIVE } from "../../../probes";
import { container, probes } from "../container";
import { SIGNER_TLS, SUBMITTER, submitterCommand } from "./command";
import type { Submitter } from "./kinds";
import type { SubmitterKey } from "./props";

/** On loopback, at idle, op-batcher needed 40 MB. It holds the blocks of open channels, and compresses them. */
const RESOURCES: Resources = { cpu: "50m", memory: "128Mi", memoryLimit: "1Gi" };

/** What it has sent is waited for when it ends. */
const GRACE_SECONDS = 60;

const KEY = "/key";

export interface SubmitterPodProps {
  /** Name of its objects. */
  readonly name: string;
  /** Host of the leader proxy. */
  readonly sequencer: string;
  readonly haproxyImage: string;
}

/** The pod of a submitter: its program, and an HAProxy that chooses among the endpoints of L1. */
export function submitterPod(submitter: Submitter, props: SubmitterPodProps): PodSpec {
  const { volumes, mounts, env } = keyOf(submitter, submitter.settings.key);
  return {
    serviceAccountName: props.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: POD_SECURITY,
    container: [
      {
        ...container(submitter.component, "start-submitter.sh", submitter.settings.image, RESOURCES),
        args: submitterCommand(submitter, props.sequencer),
        env: Object.entries({ HOME: "/tmp", ...env, ...submitter.settings.env }).map(([name, value]) => ({
          name,
          value,
        })),
        port: [{ name: "metrics", containerPort: SUBMITTER.metrics, protocol: "TCP" }],
        ...probes("metrics"),
        // It opens the port once it has reached L1 and the leader.
        readinessProbe: { tcpSocket: [{ port: "metrics" }], ...READY },
        volumeMount: [...MOUNTS, ...mounts],
      },
      proxyContainer(props.haproxyImage),
    ],
    volume: [
      { name: "scripts", configMap: { name: props.name, defaultMode: "0555" } },
      { name: "tmp", emptyDir: {} },
      ...volumes,
    ],
  };
}

const MOUNTS: readonly VolumeMount[] = [
  { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
  { name: "tmp", mountPath: "/tmp" },
];

function proxyContainer(image: string): Container {
  return {
    name: "proxy",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["haproxy", "-W", "-f", `${Scripts.MOUNT_PATH}/haproxy.cfg`],
    port: [{ name: "proxy-metrics", containerPort: SUBMITTER.proxyMetrics, protocol: "TCP" }],
    readinessProbe: { httpGet: { path: "/healthz", port: "proxy-metrics" }, ...READY },
    livenessProbe: { tcpSocket: [{ port: "proxy-metrics" }], ...SIDECAR_ALIVE },
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [...MOUNTS],
  };
}

interface KeyParts {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a key adds to the pod. */
function keyOf({ variables }: Submitter, key: SubmitterKey): KeyParts {
  if ("secret" in key) {
    const items = [{ key: key.key, path: "private.key" }];
    return {
      volumes: [{ name: "key", secret: { secretName: key.secret, defaultMode: "0440", items } }],
      mounts: [{ name: "key", mountPath: KEY, readOnly: true }],
      env: { KEY_FILE: `${KEY}/private.key`, KEY_VARIABLE: `${variables}PRIVATE_KEY` },
    };
  }
  const { tlsSecret } = key.signer;
  if (tlsSecret === undefined) return { volumes: [], mounts: [], env: {} };
  return {
    volumes: [{ name: "signer-tls", secret: { secretName: tlsSecret, defaultMode: "0440" } }],
    mounts: [{ name: "signer-tls", mountPath: SIGNER_TLS, readOnly: true }],
    env: {},
  };
}
