import { byName } from "../../../manifests/read/object";
import type { PodSpec } from "../../../manifests/read/pod";
import { execIn } from "../../kubernetes/exec";
import { type Kubectl, KubectlError } from "../../kubernetes/kubectl";

/** A pod of a node that joins, or of what proves for one. */
export interface NodePod {
  readonly name: string;
  readonly namespace: string;
  /** Name of its node in the values. */
  readonly node: string;
  readonly ready: boolean;
  /** Names of its containers that run. */
  readonly running: readonly string[];
  readonly spec: PodSpec;
}

interface LivePod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly name: string; readonly state?: { readonly running?: object } }[];
  };
}

/** The node's own container, and the agent's beside it. */
export const NODE = "node";
export const CONTAINERS = [NODE, "agent"] as const;

/** The pods of nodes that run or start. */
export async function podsOfNodes(
  kubectl: Kubectl,
  namespace: string,
  nodes: readonly { readonly name: string }[],
): Promise<NodePod[]> {
  const allowedBy = `a Role with list on pods of namespace ${namespace}`;
  const list = await kubectl.json(["get", "pods", "--namespace", namespace], { allowedBy });
  const pods: readonly LivePod[] = list?.items ?? [];
  return pods.flatMap(({ metadata: { name, labels = {} }, spec, status = {} }) => {
    const node = labels["app.kubernetes.io/instance"] ?? "";
    if (status.phase !== "Running" || !nodes.some(each => each.name === node)) return [];
    const ready = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
    const running = (status.containerStatuses ?? []).filter(({ state }) => state?.running).map(({ name }) => name);
    return [{ name, namespace, node, ready, running, spec }];
  });
}

/** What a program in a container prints; undefined if the container has no such program, or the pod is gone. */
export function inPod(kubectl: Kubectl, { namespace, name }: NodePod, container: string, words: readonly string[]) {
  return execIn(kubectl, { namespace, name, container }, words, ["other", "not found"]);
}

/** An answer of the cluster, or why this user may not ask. */
export function unlessForbidden<T>(
  answer: Promise<T>,
): Promise<{ readonly answer: T } | { readonly forbidden: string }> {
  return answer.then(
    answer => ({ answer }),
    (error: Error) => {
      if (error instanceof KubectlError && error.failure === "forbidden") return { forbidden: error.message };
      throw error;
    },
  );
}

/** A probe that fails ends with an error, of which kubectl would show its own words. */
const ASK = '"$@" 2>&1 || :';

/** What a pod that is not ready waits for, in the words of its readiness probe: `standby: …` or `syncing: …`. */
async function waitsFor(kubectl: Kubectl, pod: NodePod): Promise<string | undefined> {
  const probe = byName(pod.spec.containers, NODE)?.readinessProbe?.exec?.command;
  if (pod.ready || !probe || !pod.running.includes(NODE)) return undefined;
  const said = await inPod(kubectl, pod, NODE, ["sh", "-c", ASK, "ask", ...probe]);
  return said?.trim().split("\n").at(-1) || undefined;
}

/** What pods wait for, a line for all that wait for the same. */
export async function waiting(kubectl: Kubectl, pods: readonly NodePod[]): Promise<string[]> {
  const texts = await Promise.all(pods.map(pod => waitsFor(kubectl, pod)));
  const byText = new Map<string, string[]>();
  texts.forEach((text, i) => {
    if (text) byText.set(text, [...(byText.get(text) ?? []), pods[i]?.name ?? ""]);
  });
  return [...byText].map(([text, names]) => `${names.join(", ")}: ${text}`);
}
