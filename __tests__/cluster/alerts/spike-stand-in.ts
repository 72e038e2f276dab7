import type { KubernetesObject } from "../../../manifests/objects";
import { apply, kubectl } from "../driver/kubectl";
import { MONITORING, STATE_PORT } from "./monitored";
import { P2P, P2P_JOINING, P2P_UNPINNED, P2P_UNREAD, SPIKE } from "./stacks";

const IMAGE = "docker.io/library/busybox:1.36";
const { namespace } = SPIKE;
/** As many as the values say: with fewer, SPIKE's alerts fire before anything is done. */
const KEEPERS = 5;

const SECURITY = { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } };
const podOf = (name: string, image: string, command: readonly string[]) => ({
  terminationGracePeriodSeconds: 0,
  securityContext: SECURITY,
  containers: [
    {
      name,
      image,
      imagePullPolicy: "IfNotPresent",
      command,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
});

/** Namespaces of which alerts read what kube-state-metrics says. */
const WATCHED = [SPIKE, P2P, P2P_JOINING, P2P_UNPINNED, P2P_UNREAD].map(each => each.namespace);

/** The real kube-state-metrics. */
export function kubeStateMetrics(image: string): object[] {
  const name = "kube-state-metrics";
  const labels = { app: name };
  const args = ["--resources=statefulsets,jobs,pods", `--namespaces=${WATCHED.join(",")}`, `--port=${STATE_PORT}`];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: MONITORING } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name, namespace: MONITORING }],
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: MONITORING },
      spec: { selector: labels, ports: [{ port: STATE_PORT }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: MONITORING },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: name, ...podOf(name, image, ["/bin/kube-state-metrics", ...args]) },
        },
      },
    },
  ];
}

/** Stand-ins for SPIKE's parts, which say nothing themselves: what kube-state-metrics says of them is real. */
export async function deploySpike(rules: readonly KubernetesObject[], stateImage: string): Promise<void> {
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
  await apply([
    ...kubeStateMetrics(stateImage),
    ...rules,
    statefulSet("spike-keeper", KEEPERS),
    statefulSet("spike-spike-nexus", 1),
  ]);
  for (const name of ["spike-keeper", "spike-spike-nexus"])
    await kubectl(["-n", namespace, "rollout", "status", `statefulset/${name}`, "--timeout=180s"]);
  await apply([job("spike-bootstrap", "true")]);
  await kubectl(["-n", namespace, "wait", "job/spike-bootstrap", "--for=condition=Complete", "--timeout=120s"]);
}

function statefulSet(name: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podOf("spike", IMAGE, ["sleep", "2147483647"]) },
    },
  };
}

function job(name: string, command: string): object {
  const spec = { restartPolicy: "Never", ...podOf("job", IMAGE, [command]) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: { backoffLimit: 0, template: { spec } },
  };
}

const scaled = (name: string, replicas: number) =>
  kubectl(["-n", namespace, "scale", `statefulset/${name}`, `--replicas=${replicas}`]);

/** What is done to SPIKE. */
export const spikeHarms = {
  restart: async () => {
    await kubectl(["-n", namespace, "delete", "pod", "spike-spike-nexus-0"]);
    return async () => {};
  },
  fail: async () => {
    await apply([job("spire-ready", "false")]);
    return () => kubectl(["-n", namespace, "delete", "job/spire-ready"]);
  },
  stop: async () => {
    await Promise.all([scaled("spike-keeper", 1), scaled("spike-spike-nexus", 0)]);
    return () => Promise.all([scaled("spike-keeper", KEEPERS), scaled("spike-spike-nexus", 1)]);
  },
  forget: async () => {
    await kubectl(["-n", namespace, "delete", "statefulset/spike-spike-nexus", "--cascade=orphan"]);
    return async () => {};
  },
};
