import { type ContainerStatus, inNamespace, type LivePod } from "./live";
import { whyNotPulled } from "./pull";
import { type Warning, warningOf } from "./warnings";

/** What a container said when it failed, or waits for. */
export interface Said {
  readonly container: string;
  readonly message: string;
}

/** What containers said when they failed, or wait for, in the order in which they run. */
export function messagesOf(pod: LivePod, warnings: readonly Warning[] = []): Said[] {
  return statusesOf(pod).flatMap(status => {
    const message = killedForMemory(pod, status) ?? endedWith(pod, status) ?? waitsFor(pod, status, warnings);
    return message === undefined ? [] : [{ container: status.name, message }];
  });
}

/** The containers of a pod in the order in which they start. */
export function statusesOf({ status = {} }: LivePod): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

/** Whether a container waits for what will not come by itself. */
export const isStuck = ({ state }: ContainerStatus): boolean =>
  state?.waiting !== undefined && !["PodInitializing", "ContainerCreating"].includes(state.waiting.reason ?? "");

/** `restarted 4 times`, of a container that was. */
export const restarted = ({ restartCount = 0 }: ContainerStatus): string =>
  `restarted ${restartCount === 1 ? "once" : `${restartCount} times`}`;

const often = (status: ContainerStatus) => (status.restartCount ? `, ${restarted(status)}` : "");

/** It will be again, so that a container which runs now is no excuse. Another limit makes another pod. */
function killedForMemory({ spec }: LivePod, status: ContainerStatus): string | undefined {
  const { name, state, lastState } = status;
  if (![state, lastState].some(each => each?.terminated?.reason === "OOMKilled")) return undefined;
  const own = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(each => each.name === name);
  const limit = own?.resources?.limits?.memory;
  const most = limit ? `, its limit is ${limit}` : "";
  return `${name} was killed for its memory (OOMKilled)${most}${often(status)} → raise the limit`;
}

function endedWith({ metadata }: LivePod, status: ContainerStatus): string | undefined {
  const { name, state = {}, lastState = {}, ready } = status;
  const ended = state.terminated ?? (ready ? undefined : lastState.terminated);
  if (!ended || ended.exitCode === 0) return undefined;
  if (ended.message) return lastError(ended.message);
  const log = `kubectl logs ${metadata.name} --container ${name}${state.terminated ? "" : " --previous"}`;
  return `${name} ended with ${ended.exitCode}${often(status)} → ${log}${inNamespace(metadata)}`;
}

function waitsFor({ metadata }: LivePod, status: ContainerStatus, warnings: readonly Warning[]): string | undefined {
  if (!isStuck(status)) return undefined;
  const { name, image } = status;
  const { reason = "", message = "" } = status.state?.waiting ?? {};
  if (!image || !/image/i.test(reason)) return `${name} waits: ${reason}${message && `: ${message}`}`;
  const pull = warningOf(warnings, "Pod", metadata.name, /^Failed$|Image/)?.message ?? "";
  const why = whyNotPulled(image, `${message} ${pull}`) ?? message;
  return `${name} waits for image ${image}: ${reason}${why && `: ${why}`}`;
}

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
