import type { PodSpec } from "../../../manifests/read/pod";
import { execIn } from "../../kubernetes/exec";
import { type Kubectl, KubectlError } from "../../kubernetes/kubectl";
import { podsIn } from "../platform/namespace";
import { isSettled } from "./settled";

/** A pod of a node that joins, or of what proves for one. */
export interface NodePod {
  readonly name: string;
  readonly namespace: string;
  /** Name of its node in the values. */
  readonly node: string;
  /** Whether its node has run for as long as it takes to find peers. */
  readonly settled: boolean;
  /** Names of its containers that run. */
  readonly running: readonly string[];
  readonly spec: PodSpec;
}

/** The node's own container, and the agent's beside it. */
export const NODE = "node";
export const AGENT = "agent";
export const CONTAINERS = [NODE, AGENT] as const;

/** The pods of nodes that run or start. */
export async function podsOfNodes(
  kubectl: Kubectl,
  namespace: string,
  nodes: readonly { readonly name: string }[],
): Promise<NodePod[]> {
  const pods = await podsIn(kubectl, namespace);
  return pods.flatMap(({ metadata: { name, labels = {} }, spec, status = {} }) => {
    const node = labels["app.kubernetes.io/instance"] ?? "";
    if (!spec || status.phase !== "Running" || !nodes.some(each => each.name === node)) return [];
    const running = (status.containerStatuses ?? []).filter(({ state }) => state?.running).map(({ name }) => name);
    return [{ name, namespace, node, settled: isSettled({ status }), running, spec }];
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
