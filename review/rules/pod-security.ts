import type { JsonObject } from "../../manifests/json";
import { listOf } from "../../manifests/read/object";
import type { Container, PodSpec } from "../../manifests/read/pod";
import { identityOf, podOf } from "../read";
import { type Rule, stays, together } from "./rule";

const LEVELS = ["privileged", "baseline", "restricted"];
const ENFORCE = "pod-security.kubernetes.io/enforce";

/** What pods may do to their host. */
export const podSecurityRules: readonly Rule[] = [
  {
    id: "pod-security",
    kinds: ["Namespace", "StatefulSet", "Deployment", "DaemonSet", "Job"],
    warning: true,
    why: "What breaks into a pod gets as far as the pod's rights go, on its host and beyond.",
    remedy: "keep the level and the rights; what needs more belongs into a namespace of its own",
    loses: change => {
      const { kind, before, after } = change;
      if (!stays(change)) return undefined;
      if (kind === "Namespace") {
        const [from, to] = [before, after].map(body => identityOf(body).labels?.[ENFORCE] ?? "privileged");
        const lower = LEVELS.indexOf(String(from)) > LEVELS.indexOf(String(to));
        return lower ? `Pod Security of the namespace: ${from} → ${to}` : undefined;
      }
      const [old, now] = [rightsOf(before), rightsOf(after)];
      return together([...now].filter(right => !old.has(right)));
    },
  },
];

/** What the pods of a workload may do that Pod Security `restricted` or a read-only container would not let them. */
function rightsOf(body?: JsonObject): Set<string> {
  const pod = podOf(body);
  if (!pod) return new Set();
  const all = [...listOf(pod.initContainers), ...listOf(pod.containers)];
  const host = listOf(pod.volumes).some(volume => "hostPath" in volume);
  return new Set([
    ...(["hostNetwork", "hostPID", "hostIPC"] as const).filter(name => pod[name] === true),
    ...(host ? ["a folder of the host"] : []),
    ...all.flatMap(container => rightsIn(container, pod)),
  ]);
}

function rightsIn({ securityContext: own = {} }: Container, { securityContext: shared = {} }: PodSpec): string[] {
  const root = !(own.runAsNonRoot ?? shared.runAsNonRoot);
  const checks: Readonly<Record<string, boolean>> = {
    "a container may run as root": root,
    "a privileged container": own.privileged === true,
    "a container may raise its privileges": own.allowPrivilegeEscalation !== false,
    "a container writes its own file system": own.readOnlyRootFilesystem !== true,
    "a container without a seccomp profile": (own.seccompProfile ?? shared.seccompProfile)?.type === undefined,
    "a container keeps its capabilities": !listOf(own.capabilities?.drop).includes("ALL"),
  };
  return [
    ...Object.keys(checks).filter(name => checks[name]),
    ...listOf(own.capabilities?.add).map(name => `the capability ${name}`),
  ];
}
