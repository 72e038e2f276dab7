import type { Container, EnvVar, VolumeMount } from "../../../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../../../kubernetes/pod-security";
import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import type { Frame } from "../../member/frame";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { headlessHost, MEMBER_ALIAS } from "../../members";
import { NODE_ALIVE, NODE_STARTS } from "../../probes";

/** What every container of an OP Stack member has. */
export function container(name: string, script: string, image: string, resources: Resources): Container {
  return {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/${script}`],
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    securityContext: CONTAINER_SECURITY,
  };
}

/** Environment of a container, which begins with the name of its pod. */
export function podEnv(env: Readonly<Record<string, string>>): EnvVar[] {
  return [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
  ];
}

/** Environment of a container that knows where its member is. */
export function memberEnv({ name, namespace, clusterDomain }: Frame, more: Readonly<Record<string, string>>): EnvVar[] {
  const [pod, ...others] = podEnv({
    HOME: "/tmp",
    RUN_DIR: PATHS.run,
    MEMBER_ALIAS,
    HEADLESS: headlessHost(name, namespace, clusterDomain),
    ...more,
  }) as [EnvVar, ...EnvVar[]];
  return [pod, { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }, ...others];
}

/**
 * A program has started when its port of metrics, by its name, takes connections, and is alive while it answers there:
 * for one that hangs the kernel still takes connections.
 */
export function probes(port: string, path = "/metrics"): Pick<Container, "startupProbe" | "livenessProbe"> {
  return {
    startupProbe: { tcpSocket: [{ port }], ...NODE_STARTS },
    livenessProbe: { httpGet: { path, port }, ...NODE_ALIVE },
  };
}

/** The volume of the execution client. */
export const EXECUTION_MOUNT = { name: "execution", mountPath: "/execution" } satisfies VolumeMount;

/** What every container of an OP Stack member mounts. */
export const MOUNTS: readonly VolumeMount[] = [
  { name: "run", mountPath: PATHS.run },
  { name: "tmp", mountPath: "/tmp" },
  { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
];
