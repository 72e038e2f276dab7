import type { Container, PodSpec } from "../../kubernetes/framework/provider";
import { CONTAINER_SECURITY, POD_SECURITY } from "../../kubernetes/pod-security";
import { Scripts } from "../../kubernetes/scripts";
import { memberAddresses } from "../mesh/member-mesh";
import { READY, SIDECAR_ALIVE } from "../probes";
import { PROXY } from "./config";
import type { LeaderProxyProps } from "./props";

/** The pod of a proxy; `name` is its account's and its configuration's. */
export function proxyPod(props: LeaderProxyProps, name: string, selector: Record<string, string>): PodSpec {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: POD_SECURITY,
    topologySpreadConstraint: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: props.spread === "hard" ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: [{ matchLabels: selector }],
      },
    ],
    container: [container(props)],
    volume: [
      { name: "scripts", configMap: { name, defaultMode: "0444" } },
      { name: "tmp", emptyDir: {} },
    ],
  };
}

function container({ image, services, nodeRpc }: LeaderProxyProps): Container {
  return {
    name: "proxy",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["haproxy", "-W", "-f", `${Scripts.MOUNT_PATH}/haproxy.cfg`],
    env: memberAddresses(services),
    port: [
      { name: "write", containerPort: PROXY.writePort, protocol: "TCP" },
      ...(nodeRpc ? [{ name: "node-rpc", containerPort: PROXY.nodeRpcPort, protocol: "TCP" }] : []),
      { name: "metrics", containerPort: PROXY.metricsPort, protocol: "TCP" },
    ],
    // SIGTERM would drop its connections. SIGUSR1 lets them end, once no Service sends it new ones.
    lifecycle: { preStop: [{ exec: { command: ["sh", "-c", "sleep 3; kill -USR1 1; sleep 10"] } }] },
    readinessProbe: { httpGet: { path: "/healthz", port: "metrics" }, ...READY },
    livenessProbe: { httpGet: { path: "/healthz", port: "metrics" }, ...SIDECAR_ALIVE },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "192Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
