import { isStuck, messagesOf, statusesOf } from "./containers";
import { conditionOf, holds, inNamespace, type LivePod } from "./live";
import { type Warning, warningOf } from "./warnings";

/** A pod that should have ended longer ago than this is not coming to its end. */
const LATE_MS = 60_000;

/** Whether a pod has done its work, or is an earlier try of a Job, which tells by itself how it ended. */
export function isOver({ metadata, status = {} }: LivePod): boolean {
  const ofJob = metadata.ownerReferences?.some(({ kind }) => kind === "Job") ?? false;
  return status.phase === "Succeeded" || (status.phase === "Failed" && ofJob);
}

/** What keeps a pod from being ready, or will harm it again. Nothing for one that is well. */
export function troublesOf(pod: LivePod, warnings: readonly Warning[] = []): string[] {
  if (isOver(pod)) return [];
  const { metadata, status = {} } = pod;
  if (metadata.deletionTimestamp) return late(pod, metadata.deletionTimestamp);
  if (status.phase === "Failed") return [failed(pod)];
  const found = [...messagesOf(pod, warnings).map(({ message }) => message), ...unscheduled(pod, warnings)];
  if (found.length > 0 || holds(pod, "Ready")) return found;
  return [beginning(pod, warnings) ?? unready(pod, warnings)];
}

/** Whether a pod runs, and only its readiness probe fails. */
export function isOnlyUnready(pod: LivePod): boolean {
  const { metadata, status = {} } = pod;
  const runs = status.phase === "Running" && !metadata.deletionTimestamp;
  return runs && !holds(pod, "Ready") && messagesOf(pod).length === 0;
}

/** Whether a container of a pod waits for what will not come by itself, or no host takes the pod. */
export function cannotStart(pod: LivePod): boolean {
  return statusesOf(pod).some(isStuck) || unscheduled(pod).length > 0;
}

function late({ spec }: LivePod, deletion: string): string[] {
  if (Date.now() - Date.parse(deletion) < LATE_MS) return [];
  const host = spec?.nodeName;
  return [`should have ended at ${deletion}${host ? ` → is its host ${host} lost? kubectl get node ${host}` : ""}`];
}

function failed({ status: { reason = "Failed", message = "" } = {}, metadata, spec }: LivePod): string {
  const host = spec?.nodeName ? ` from ${spec.nodeName}` : "";
  const what = reason === "Evicted" ? `was evicted${host}` : `failed (${reason})`;
  const remedy = `once that is put right: kubectl delete pod ${metadata.name}${inNamespace(metadata)}`;
  return `${what}${message && `: ${message.trim()}`} → ${remedy}`;
}

/** The scheduler's words, and why a claim has no volume where that is what it waits for. */
function unscheduled(pod: LivePod, warnings: readonly Warning[] = []): string[] {
  const condition = conditionOf(pod, "PodScheduled", "False");
  if (!condition) return [];
  const claims = pod.spec?.volumes?.flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []) ?? [];
  const volumes = /PersistentVolumeClaim/i.test(condition.message ?? "")
    ? claims.flatMap(claim => {
        const warning = warningOf(warnings, "PersistentVolumeClaim", claim);
        return warning ? [`${claim}: ${warning.message}`] : [];
      })
    : [];
  return [`no host takes it: ${[condition.message ?? condition.reason, ...volumes].join("; ")}`];
}

/** What a pod whose containers were not made yet waits for, such as a volume that cannot be mounted. */
function beginning(pod: LivePod, warnings: readonly Warning[]): string | undefined {
  if (statusesOf(pod).some(({ state }) => state?.running)) return undefined;
  const warning = warningOf(warnings, "Pod", pod.metadata.name);
  return warning && `does not start: ${warning.reason}: ${warning.message}`;
}

function unready(pod: LivePod, warnings: readonly Warning[]): string {
  const probe = warningOf(warnings, "Pod", pod.metadata.name, /^Unhealthy$/);
  return probe ? `is not ready: ${probe.message}` : "is not ready yet";
}
