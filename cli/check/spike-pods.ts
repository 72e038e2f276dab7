import type { Kubectl } from "../kubernetes/kubectl";

/** What a container said when it failed, or waits for. */
export interface Said {
  readonly container: string;
  readonly message: string;
}

// biome-ignore-start lint/suspicious/noExplicitAny: objects of the API are read by path
export async function podsOf(kubectl: Kubectl, namespace: string, selector?: string): Promise<any[]> {
  const which = selector ? ["--selector", selector] : [];
  return (await kubectl.json(["get", "pods", "--namespace", namespace, ...which]))?.items ?? [];
}

/** What keeps these pods from being ready, each by its name; nothing for those that only take their time. */
export function troublesOf(pods: readonly any[]): string[] {
  return pods.flatMap(pod => {
    const said = messagesOf(pod).map(({ message }) => message);
    const [unscheduled] = unscheduledOf(pod);
    return [...said, ...(unscheduled ? [unscheduled] : [])].map(message => `${pod.metadata.name}: ${message}`);
  });
}

/** What containers said when they failed, or wait for, in the order in which they run. */
export function messagesOf({ status = {} }: any): Said[] {
  return containersOf(status).flatMap(({ name: container, image, state = {}, lastState = {}, ready }) => {
    const { waiting } = state;
    const ended = state.terminated ?? (ready ? undefined : lastState.terminated);
    if (ended && ended.exitCode !== 0) {
      return [{ container, message: lastError(ended.message ?? `${container} ended with ${ended.exitCode}`) }];
    }
    if (!isStuck(waiting)) return [];
    const what = /image/i.test(waiting.reason) && image ? ` for image ${image}` : "";
    return [{ container, message: `${container} waits${what}: ${waiting.reason}` }];
  });
}

/** Whether a container of a pod waits for what will not come by itself, or no host takes the pod. */
export function cannotStart(pod: any): boolean {
  const containers = containersOf(pod.status ?? {});
  return containers.some(({ state }) => isStuck(state?.waiting)) || unscheduledOf(pod).length > 0;
}

const containersOf = ({ initContainerStatuses = [], containerStatuses = [] }: any): any[] => [
  ...initContainerStatuses,
  ...containerStatuses,
];

const isStuck = (waiting: any) => waiting && !["PodInitializing", "ContainerCreating"].includes(waiting.reason);

const unscheduledOf = ({ status = {} }: any): string[] =>
  (status.conditions ?? []).flatMap(({ type, status: is, message }: any) =>
    type === "PodScheduled" && is === "False" ? [`no host takes it: ${message}`] : [],
  );
// biome-ignore-end lint/suspicious/noExplicitAny: objects of the API are read by path

/**
 * SPIKE logs lines of JSON, and Kubernetes keeps the last of them: the message of the last error among them. Another
 * text is left as it is.
 */
export function lastError(text: string): string {
  const lines = text.split("\n").flatMap(parsed);
  const last = lines.findLast(({ level }) => level === "ERROR" || level === "FATAL") ?? lines.at(-1);
  return last?.message ?? text.trim();
}

/** A line of SPIKE's log; nothing for another line, or for one that was cut off. */
function parsed(line: string): { level?: string; message: string }[] {
  try {
    const entry = JSON.parse(line);
    return typeof entry?.message === "string" ? [entry] : [];
  } catch {
    return [];
  }
}
