import { conditionOf, type LivePod, type LiveWorkload } from "./live";
import { type Warning, warningOf } from "./warnings";

/** Why pods of a workload are not even made: a quota, an admission, a claim. */
export function workloadTroubles(
  workload: LiveWorkload,
  pods: readonly LivePod[],
  warnings: readonly Warning[],
): string[] {
  const why = reasonOf(workload, pods, warnings);
  return why === undefined ? [] : [`${workload.kind} ${workload.metadata.name} cannot make its pods: ${why}`];
}

function reasonOf(workload: LiveWorkload, pods: readonly LivePod[], warnings: readonly Warning[]): string | undefined {
  const { kind, metadata, spec, status = {} } = workload;
  const { name } = metadata;
  const refused = conditionOf(workload, "ReplicaFailure", "True");
  if (refused) return refused.message ?? refused.reason;
  const complete =
    kind === "Job" ? pods.some(pod => isOf(pod, kind, name)) : (status.replicas ?? 0) >= (spec.replicas ?? 1);
  return complete ? undefined : warningOf(warnings, kind, name, /^FailedCreate$/)?.message;
}

const isOf = ({ metadata }: LivePod, kind: string, name: string) =>
  metadata.ownerReferences?.some(owner => owner.kind === kind && owner.name === name) ?? false;
