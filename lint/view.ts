import type { HelmRelease } from "../manifests";
import type { KubernetesObject, StackManifests } from "../manifests/objects";
import { type LabelSelector, matches } from "../manifests/read/labels";
import { type Policy, policiesIn } from "../manifests/read/policy";
import { objectsIn } from "../manifests/read/release";
import { type Service, servicesIn } from "../manifests/read/service";
import { type Workload, workloadsIn } from "../manifests/read/workload";

/** The manifests by kind, as the rules need them. */
export interface View {
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** Namespaces that are used and not made. */
  readonly existingNamespaces: readonly string[];
  /** The charts of a namespace, whose pods the manifests do not show. */
  chartsOf(namespace: string | undefined): readonly HelmRelease[];
  /** The pods of a namespace that a selector selects. */
  selected(namespace: string, selector: LabelSelector | undefined): readonly Workload[];
  /** The objects of one kind. */
  kind(kind: string): readonly KubernetesObject[];
  find(kind: string, namespace: string | undefined, name: string | undefined): KubernetesObject | undefined;
}

/** `Deployment/devnet-p2p/full`, or `Namespace/devnet-p2p` where there is no namespace. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, ...(metadata.namespace ? [metadata.namespace] : []), metadata.name].join("/");
}

export function viewOf({ objects, releases, existingNamespaces = [] }: StackManifests): View {
  const ours = releases.flatMap(({ values }) => objectsIn(values) ?? []);
  const foreign = releases.filter(({ values }) => !objectsIn(values));
  const all = [...objects, ...ours];
  const workloads = workloadsIn(all);
  return {
    objects: all,
    workloads,
    services: servicesIn(all),
    policies: policiesIn(all),
    existingNamespaces,
    chartsOf: namespace => foreign.filter(release => release.namespace === namespace),
    selected: (namespace, selector) =>
      workloads.filter(workload => workload.namespace === namespace && matches(selector, workload.labels)),
    kind: wanted => all.filter(each => each.kind === wanted),
    find: (wanted, namespace, name) =>
      all.find(each => each.kind === wanted && each.metadata.namespace === namespace && each.metadata.name === name),
  };
}
