import type { PodSpec } from "../../../manifests/read/pod";
import { type Kubectl, KubectlError } from "../../kubernetes/kubectl";

/** A pod of a node that joins. */
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
const NODE = "node";
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

/** Runs a program in a container of a pod. Answers nothing where the container has no such program. */
export async function inPod(
  kubectl: Kubectl,
  { namespace, name }: NodePod,
  container: string,
  words: readonly string[],
): Promise<string | undefined> {
  try {
    return await kubectl.run(["exec", "--namespace", namespace, name, "--container", container, "--", ...words], {
      allowedBy: `a Role with create on pods/exec of namespace ${namespace}`,
    });
  } catch (error) {
    if (error instanceof KubectlError && ["other", "not found"].includes(error.failure)) return undefined;
    throw error;
  }
}

/** A probe that fails ends with an error, of which kubectl would show its own words. */
const ASK = '"$@" 2>&1 || :';

/** What a pod that is not ready waits for, in the words of its readiness probe: `standby: …` or `syncing: …`. */
async function waitsFor(kubectl: Kubectl, pod: NodePod): Promise<string | undefined> {
  const probe = pod.spec.containers.find(({ name }) => name === NODE)?.readinessProbe?.exec?.command;
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
