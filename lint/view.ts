import type { HelmRelease } from "../manifests";
import type { KubernetesObject, StackManifests } from "../manifests/objects";
import { type LabelSelector, type Labels, matches } from "../manifests/selectors";
import type { Container, Peers, PodSpec, ServicePort, Spec } from "./fields";

/** A StatefulSet, Deployment or Job, and the pods it makes. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly kind: "StatefulSet" | "Deployment" | "Job";
  readonly namespace: string;
  readonly name: string;
  readonly spec: Spec;
  /** Of a Job 1. */
  readonly replicas: number;
  readonly labels: Labels;
  readonly pod: PodSpec;
  readonly containers: readonly { readonly container: Container; readonly path: string }[];
}

export interface Service {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly name: string;
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly loadBalancerIP?: string;
    readonly externalIPs?: readonly string[];
    readonly externalTrafficPolicy?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
  };
}

export interface Policy {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Peers[];
    readonly egress?: readonly Peers[];
  };
}

/** Manifests, sorted by what the rules ask for. */
export interface View {
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** The charts of a namespace, whose pods the manifests do not show. */
  chartsOf(namespace: string | undefined): readonly HelmRelease[];
  /** The pods of a namespace that a selector selects. */
  selected(namespace: string | undefined, selector: LabelSelector | undefined): readonly Workload[];
  /** The objects of one kind. */
  kind(kind: string): readonly KubernetesObject[];
  find(kind: string, namespace: string | undefined, name: string | undefined): KubernetesObject | undefined;
}

/** `Deployment/devnet-p2p/full`, or `Namespace/devnet-p2p` where there is no namespace. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, ...(metadata.namespace ? [metadata.namespace] : []), metadata.name].join("/");
}

export function viewOf({ objects, releases }: StackManifests): View {
  const ours = releases.flatMap(({ values }) => objectsIn(values) ?? []);
  const foreign = releases.filter(({ values }) => !objectsIn(values));
  const all = [...objects, ...ours];
  const kind = (wanted: string) => all.filter(each => each.kind === wanted);
  const located = <T>(wanted: string) =>
    kind(wanted).map(object => ({
      object,
      namespace: object.metadata.namespace ?? "",
      name: object.metadata.name,
      spec: (object.spec ?? {}) as T,
    }));
  const workloads = all.flatMap(object => workloadOf(object) ?? []);
  return {
    objects: all,
    workloads,
    services: located<Service["spec"]>("Service"),
    policies: located<Policy["spec"]>("NetworkPolicy"),
    chartsOf: namespace => foreign.filter(release => release.namespace === namespace),
    selected: (namespace, selector) =>
      workloads.filter(workload => workload.namespace === namespace && matches(selector, workload.labels)),
    kind,
    find: (wanted, namespace, name) =>
      all.find(each => each.kind === wanted && each.metadata.namespace === namespace && each.metadata.name === name),
  };
}

/** What a release of the package's own chart prints as it is. */
function objectsIn(values: unknown): readonly KubernetesObject[] | undefined {
  const { objects } = values as { objects?: readonly KubernetesObject[] };
  return Array.isArray(objects) ? objects : undefined;
}

function workloadOf(object: KubernetesObject): Workload | undefined {
  const { kind, metadata } = object;
  const spec = object.spec as Spec | undefined;
  if (!spec?.template || (kind !== "StatefulSet" && kind !== "Deployment" && kind !== "Job")) return undefined;
  const { metadata: template, spec: pod } = spec.template;
  const list = (field: "containers" | "initContainers") =>
    (pod[field] ?? []).map((container, i) => ({ container, path: `spec.template.spec.${field}[${i}]` }));
  return {
    object,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    spec,
    replicas: kind === "Job" ? 1 : (spec.replicas ?? 1),
    labels: template?.labels ?? {},
    pod,
    containers: [...list("containers"), ...list("initContainers")],
  };
}
