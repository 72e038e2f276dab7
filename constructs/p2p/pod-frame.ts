import type { Container, EnvVar, PodSpec } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { heapOption } from "../kubernetes/heap";
import { RELEASE_ANNOTATION } from "../kubernetes/labels";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/pod-security";
import type { Resources } from "../kubernetes/resources";
import { Scripts } from "../kubernetes/scripts";
import { seconds } from "../kubernetes/vocabulary/lifetime";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";
import { type CrsSource, crsParts } from "./crs";
import type { P2pRole, P2pSoftware } from "./software/software";

/** What every pod of the software has, whether it is a peer or proves for one. */
export interface PodFrameProps {
  readonly name: string;
  readonly role: P2pRole;
  readonly software: P2pSoftware;
  readonly crs?: CrsSource;
  readonly resources: Resources;
  readonly secretEnv: Readonly<Record<string, SecretKey>>;
  readonly keepsData: boolean;
  /** Whether it mounts scripts. */
  readonly hasScripts: boolean;
  readonly serviceAccount: string;
  readonly selector: Record<string, string>;
  readonly replicas: number;
  readonly spread: "hard" | "soft";
}

/** A key of a Secret in the pod's namespace. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
}

/**
 * Twenty minutes to the first answer, as Aztec's charts allow: a node syncs before it serves. No liveness probe: it
 * would kill a syncing node.
 */
export const STARTUP_SECONDS = 1200;

/** How long a pod may take to its first answer. */
export function startupSeconds(scope: Construct): number {
  const { startupBudget } = kubernetesOf(scope);
  return startupBudget ? seconds(startupBudget) : STARTUP_SECONDS;
}

/**
 * The pod around its containers. `/tmp` is where the software works: a proof has a folder there while it is made or
 * verified. Its limit is none of the software's figures, but keeps a fault from filling the host's disk.
 */
export function podFrame(props: PodFrameProps): PodSpec {
  const crs = crsParts(props);
  return {
    serviceAccountName: props.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: props.role === "prover-agent" ? PROOF_SECONDS : 60,
    securityContext: POD_SECURITY,
    ...(props.replicas > 1 && { topologySpreadConstraint: spreadConstraints(props) }),
    ...(crs.initContainers.length > 0 && { initContainer: [...crs.initContainers] }),
    volume: [
      ...(props.hasScripts
        ? [{ name: "scripts", configMap: { name: `${props.name}-scripts`, defaultMode: "0555" } }]
        : []),
      { name: "tmp", emptyDir: { sizeLimit: props.role === "prover-agent" ? "8Gi" : "1Gi" } },
      ...(props.keepsData ? [] : [{ name: "data", emptyDir: {} }]),
      ...crs.volumes,
    ],
  };
}

/** Time for an agent to end the proof that it works on, as in Aztec's charts. */
const PROOF_SECONDS = 180;

/** The container of the software, without what it runs and which ports it has. */
export function softwareContainer(props: PodFrameProps): Container {
  const { software, resources } = props;
  return {
    name: "node",
    image: software.image,
    imagePullPolicy: "IfNotPresent",
    startupProbe: { ...statusProbe(software), periodSeconds: 10, failureThreshold: STARTUP_SECONDS / 10 },
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "data", mountPath: software.dataMount },
      { name: "tmp", mountPath: "/tmp" },
      ...(props.hasScripts ? [{ name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true }] : []),
      ...crsParts(props).mounts,
    ],
  };
}

/** Says the release line where it was given. */
export const releaseAnnotation = ({ release }: P2pSoftware): Record<string, string> =>
  release === undefined ? {} : { [RELEASE_ANNOTATION]: String(release) };

/** Asks the status path, which answers as soon as the software serves. */
export const statusProbe = ({ statusPath }: P2pSoftware) => ({
  httpGet: { path: statusPath, port: "rpc" },
  timeoutSeconds: 2,
});

/** The environment of a container: texts, those of Secrets instead of texts of the same name, and the pod's name. */
export function softwareEnv({ secretEnv }: PodFrameProps, texts: Readonly<Record<string, string>>): EnvVar[] {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(texts).flatMap(([name, value]) => (name in secretEnv ? [] : [{ name, value }])),
    ...Object.entries(secretEnv).map(([name, { secret, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
  ];
}

/** Options of the Node.js process: the software's, a heap of three quarters of the limit, and further ones. */
export function nodeOptions({ software, resources }: PodFrameProps, ...further: readonly string[]): string {
  return [...software.nodeOptions, heapOption(resources.memoryLimit), ...further].join(" ");
}

function spreadConstraints({ spread, selector }: PodFrameProps): NonNullable<PodSpec["topologySpreadConstraint"]> {
  const labelSelector = [{ matchLabels: selector }];
  const host = spread === "hard" ? "DoNotSchedule" : "ScheduleAnyway";
  return [
    { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: host, labelSelector },
    { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
  ];
}
