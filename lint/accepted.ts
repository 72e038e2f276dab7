import type { KubernetesObject } from "../manifests/objects";
import { componentOf } from "../manifests/read/labels";
import { type PodSpec, portsOf } from "../manifests/read/pod";
import { roleRefOf, rulesOf } from "../manifests/read/rbac";
import type { Workload } from "../manifests/read/workload";
import { entersPods } from "./rules/rbac";
import { isP2p, isPeer } from "./rules/roles";
import type { View } from "./view";

/** What the package does on purpose against a rule. Lint finds it, and shows it as waived with the reason. */
export interface Accepted {
  readonly rule: string;
  readonly reason: string;
  readonly when: (object: KubernetesObject, view: View) => boolean;
}

const LEVEL = "pod-security.kubernetes.io/enforce";

const workload = (object: KubernetesObject, { workloads }: View) => workloads.find(each => each.object === object);

/**
 * Whether a p2p node takes from its host only what its announce mode needs: the p2p ports under their own numbers, or
 * the network.
 */
function announcesHost({ pod }: Workload): boolean {
  if (pod.hostPID || pod.hostIPC) return false;
  const taken = portsOf(pod).filter(({ hostPort }) => hostPort);
  return (
    taken.every(port => isP2p(port) && port.hostPort === port.containerPort) &&
    (taken.length > 0 || pod.hostNetwork === true)
  );
}

const onHost = (each: Workload) => isPeer(each) && announcesHost(each);

/** Whether an object is a p2p node on its host, in a namespace whose labels say so. */
function saysSo(object: KubernetesObject, view: View): boolean {
  const found = workload(object, view);
  // Terraform reads the labels of one that exists, and refuses it without this level.
  if (found && onHost(found) && view.existingNamespaces.includes(object.metadata.namespace ?? "")) return true;
  const level = view.find("Namespace", undefined, object.metadata.namespace)?.metadata.labels?.[LEVEL];
  return found !== undefined && onHost(found) && level === "privileged";
}

/** Whether a pod says nothing of users and groups but that root is none of them. */
const leavesUsers = ({ runAsNonRoot, runAsUser, runAsGroup, fsGroup }: PodSpec["securityContext"] & object = {}) =>
  runAsNonRoot === true && (runAsUser ?? runAsGroup ?? fsGroup) === undefined;

const HOST = "the announce mode puts the p2p port on the host, and the namespace's labels say so";

export const accepted: readonly Accepted[] = [
  { rule: "no-host-ports", reason: HOST, when: saysSo },
  { rule: "no-host-namespaces", reason: HOST, when: saysSo },
  {
    rule: "pod-security-level",
    reason: "a p2p node in it announces its host, which Pod Security below privileged refuses; restricted is audited",
    when: ({ metadata }, { workloads }) =>
      metadata.labels?.["pod-security.kubernetes.io/audit"] === "restricted" &&
      workloads.some(each => each.namespace === metadata.name && onHost(each)),
  },
  {
    rule: "pod-security-level",
    reason: "SPIRE's agent and its CSI driver use paths of the host; nothing else is in the namespace",
    when: ({ metadata }, view) =>
      view.chartsOf(metadata.name).some(({ name }) => name === "spire") &&
      !view.workloads.some(({ namespace }) => namespace === metadata.name),
  },
  {
    rule: "high-uid",
    reason: "users: platform leaves the IDs to the platform, such as OpenShift; elsewhere they are those of the image",
    when: (object, view) => leavesUsers(workload(object, view)?.pod.securityContext),
  },
  {
    rule: "token-automount",
    reason: "SPIKE's bootstrap reads the token where Kubernetes mounts it; its Role is for one ConfigMap, and it ends",
    when: (object, view) => workload(object, view)?.labels.component === "spike-bootstrap",
  },
  {
    rule: "token-automount",
    reason: "the Job asks whether SPIRE is ready, which is all that its Role allows, and ends",
    when: (object, view) => workload(object, view)?.labels.component === "spire-ready",
  },
  {
    rule: "stable-api",
    reason: "SPIRE's controller manager has no other version of it",
    when: ({ apiVersion }) => apiVersion === "spire.spiffe.io/v1alpha1",
  },
  {
    rule: "rbac-pod-exec",
    reason: "drills and foundings run programs in named pods, and the package binds their Roles to nobody",
    when: (role, view) =>
      rulesOf(role).every(rule => !entersPods(rule) || rule.resourceNames?.length) &&
      !view.kind("RoleBinding").some(each => roleRefOf(each).name === role.metadata.name),
  },
  {
    rule: "rolling-update",
    reason: "one submits at a time: two with one key use the same nonces",
    when: (object, view) => ["batcher", "proposer"].includes(componentOf(workload(object, view)?.labels) ?? ""),
  },
  {
    rule: "probes-differ",
    reason: "a proxy that answers works: a missing leader is no reason to restart it",
    when: (object, view) => componentOf(workload(object, view)?.labels) === "leader-proxy",
  },
];
