import type { KubernetesObject } from "../objects";
import type { ClaimSpec } from "./claim";
import type { LabelSelector, Labels } from "./labels";
import { type Of, read } from "./object";
import type { PodSpec } from "./pod";

/** The spec of a StatefulSet, Deployment or Job; what a kind does not have is absent. */
export interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly serviceName?: string;
  readonly ordinals?: { readonly start?: number };
  readonly minReadySeconds?: number;
  readonly template: {
    readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
    readonly spec: PodSpec;
  };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string }; readonly spec: ClaimSpec }[];
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
  };
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
}

const KINDS = ["StatefulSet", "Deployment", "Job"] as const;

/** A StatefulSet, Deployment or Job, and the pods that it makes. */
export interface Workload extends Of<WorkloadSpec> {
  readonly kind: (typeof KINDS)[number];
  /** 1 for a Job. */
  readonly replicas: number;
  /** Labels of its pods. */
  readonly labels: Labels;
  readonly pod: PodSpec;
}

export function workloadOf(object: KubernetesObject): Workload | undefined {
  const kind = KINDS.find(each => each === object.kind);
  const found = read<WorkloadSpec>(object);
  const { replicas = 1, template } = found.spec;
  if (!kind || !template?.spec) return undefined;
  return { ...found, kind, replicas: Number(replicas), labels: template.metadata?.labels ?? {}, pod: template.spec };
}

export const workloadsIn = (objects: readonly KubernetesObject[]): Workload[] =>
  objects.flatMap(object => workloadOf(object) ?? []);

/** The pods of a StatefulSet from one ordinal up to another. */
export function podNames({ name, replicas }: Pick<Workload, "name" | "replicas">, from = 0, to = replicas): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => `${name}-${from + i}`);
}
