import type { PodSpec } from "../framework/provider-types";
import { listOf } from "./list";
import type { Affinity, PodAffinity, PodAffinityTerm, PodSelector } from "./placement-props";
import type { KubernetesProps } from "./props";

type TerraformAffinity = NonNullable<PodSpec["affinity"]>;
type TerraformPodAffinity = NonNullable<TerraformAffinity["podAffinity"]>;
type TerraformNodeAffinity = NonNullable<TerraformAffinity["nodeAffinity"]>;
type Labels = Readonly<Record<string, string>>;

/**
 * Where the pods of a workload run.
 * @param selector labels by which the workload knows its pods
 */
export function placement(pod: PodSpec, kubernetes: KubernetesProps, selector: Labels): Partial<PodSpec> {
  const { tolerations, affinity, nodeSelector, topologySpread } = kubernetes;
  const { priorityClassName, schedulerName, runtimeClassName } = kubernetes;
  return {
    ...(nodeSelector && { nodeSelector: { ...pod.nodeSelector, ...nodeSelector } }),
    ...(priorityClassName && { priorityClassName }),
    ...(schedulerName && { schedulerName }),
    ...(runtimeClassName && { runtimeClassName }),
    ...(affinity && { affinity: affinityOf(pod.affinity, affinity) }),
    ...(tolerations && {
      toleration: tolerations.map(({ tolerationSeconds, ...each }) => ({
        ...each,
        ...(tolerationSeconds !== undefined && { tolerationSeconds: String(tolerationSeconds) }),
      })),
    }),
    ...(topologySpread && {
      topologySpreadConstraint: topologySpread.map(({ maxSkew = 1, whenUnsatisfiable = "DoNotSchedule", ...each }) => ({
        ...each,
        maxSkew,
        whenUnsatisfiable,
        labelSelector: [{ matchLabels: { ...selector } }],
      })),
    }),
  };
}

/** Both hold: the workload's own, and the platform's. */
function affinityOf(own: TerraformAffinity | undefined, more: Affinity): TerraformAffinity {
  const nodeAffinity = nodeAffinityOf(own?.nodeAffinity, more.nodeAffinity);
  const podAffinity = podAffinityOf(own?.podAffinity, more.podAffinity);
  const podAntiAffinity = podAffinityOf(own?.podAntiAffinity, more.podAntiAffinity);
  return {
    ...(nodeAffinity && { nodeAffinity }),
    ...(podAffinity && { podAffinity }),
    ...(podAntiAffinity && { podAntiAffinity }),
  };
}

interface Term {
  readonly matchExpressions?: readonly object[];
  readonly matchFields?: readonly object[];
}

/** Kubernetes joins terms by "or": for both to hold, each of one is joined with each of the other. */
function nodeAffinityOf(own: TerraformNodeAffinity | undefined, more: Affinity["nodeAffinity"]) {
  if (!more) return own;
  const ownTerms = own?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerm as Term[] | undefined;
  const terms = more.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms as Term[] | undefined;
  const required = ownTerms && terms ? ownTerms.flatMap(a => terms.map(b => joined(a, b))) : (terms ?? ownTerms);
  const preferred = [
    ...listOf<object>(own?.preferredDuringSchedulingIgnoredDuringExecution),
    ...(more.preferredDuringSchedulingIgnoredDuringExecution ?? []),
  ];
  return {
    ...(required && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerm: required } }),
    ...(preferred.length > 0 && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  } as TerraformNodeAffinity;
}

function joined(a: Term, b: Term): Term {
  const both = (part: keyof Term) => [...(a[part] ?? []), ...(b[part] ?? [])];
  const [matchExpressions, matchFields] = [both("matchExpressions"), both("matchFields")];
  return {
    ...(matchExpressions.length > 0 && { matchExpressions }),
    ...(matchFields.length > 0 && { matchFields }),
  };
}

function podAffinityOf(own: TerraformPodAffinity | undefined, more: PodAffinity | undefined) {
  if (!more) return own;
  const required = [
    ...listOf<object>(own?.requiredDuringSchedulingIgnoredDuringExecution),
    ...(more.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(termOf),
  ];
  const preferred = [
    ...listOf<object>(own?.preferredDuringSchedulingIgnoredDuringExecution),
    ...(more.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      weight,
      podAffinityTerm: termOf(podAffinityTerm),
    })),
  ];
  return {
    ...(required.length > 0 && { requiredDuringSchedulingIgnoredDuringExecution: required }),
    ...(preferred.length > 0 && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  } as TerraformPodAffinity;
}

/** Terraform has selectors as blocks. */
function termOf({ labelSelector, namespaceSelector, ...term }: PodAffinityTerm) {
  const block = (selector: PodSelector) => [{ ...selector }];
  return {
    ...term,
    ...(labelSelector && { labelSelector: block(labelSelector) }),
    ...(namespaceSelector && { namespaceSelector: block(namespaceSelector) }),
  };
}
