import type { Construct } from "../framework/terraform";
import { toCalled } from "../network/called";
import { DNS, withClusterDns } from "../network/dns";
import { toldUrls } from "./extend";
import { podOf } from "./pod";
import type { KubernetesProps } from "./props";
import { kubernetesOf } from "./scope";

type Labels = Record<string, string>;

interface Metadata {
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

interface ObjectConfig {
  readonly metadata: Metadata;
}

interface WorkloadConfig extends ObjectConfig {
  readonly metadata: Metadata & { readonly name?: string };
  readonly spec: {
    readonly selector?: unknown;
    readonly volumeClaimTemplate?: unknown;
    readonly template: { readonly metadata?: Metadata; readonly spec?: object };
  };
}

/** How the objects of one kind say what the platform asks. */
type Say<C> = (config: C, kubernetes: KubernetesProps, scope: Construct) => C;

// biome-ignore lint/suspicious/noExplicitAny: the constructors of the provider have this signature
type Resource = new (scope: any, id: string, config: any) => object;

/**
 * A provider class that applies the block `kubernetes` of its scope to every object, so that no caller can forget it.
 */
export function speaking<R extends Resource>(provided: R, say: Say<ConstructorParameters<R>[2]>): R {
  return new Proxy(provided, {
    construct: (target, [scope, id, config]: [Construct, string, ConstructorParameters<R>[2]], newTarget) =>
      Reflect.construct(target, [scope, id, said(scope, config, say)], newTarget),
  });
}

function said<C>(scope: Construct, config: C, say: Say<C>): C {
  const kubernetes = kubernetesOf(scope);
  return Object.keys(kubernetes).length > 0 ? say(config, kubernetes, scope) : config;
}

/** An object of a kind without a provider class. A token is returned unchanged. */
export function toldObject(scope: Construct, whole: object): object {
  return typeof whole === "object" && "metadata" in whole ? said(scope, whole as ObjectConfig, object) : whole;
}

/** Any object: its metadata. */
export function object<C extends ObjectConfig>(config: C, kubernetes: KubernetesProps): C {
  return withNotes(config, kubernetes, {});
}

/** A namespace. */
export function namespace<C extends ObjectConfig>(config: C, kubernetes: KubernetesProps): C {
  const { namespaceLabels: labels, namespaceAnnotations: annotations } = kubernetes;
  return withNotes(config, kubernetes, { labels, annotations });
}

/** An account that pods run under. */
export function account<C extends ObjectConfig>(config: C, kubernetes: KubernetesProps): C {
  return withNotes(config, kubernetes, { annotations: kubernetes.serviceAccountAnnotations });
}

/** A Service; what is said of load balancers is for those. */
export function service<C extends ObjectConfig & { readonly spec: { readonly type?: string } }>(
  config: C,
  kubernetes: KubernetesProps,
): C {
  const { loadBalancerClass, loadBalancerSourceRanges, externalTrafficPolicy, ipFamily } = kubernetes;
  return {
    ...withNotes(config, kubernetes, { annotations: kubernetes.serviceAnnotations }),
    spec: {
      ...config.spec,
      ...(ipFamily && { ipFamilies: [ipFamily], ipFamilyPolicy: "SingleStack" }),
      ...(config.spec.type === "LoadBalancer" && {
        ...(loadBalancerClass && { loadBalancerClass }),
        ...(loadBalancerSourceRanges && { loadBalancerSourceRanges: [...loadBalancerSourceRanges] }),
        ...(externalTrafficPolicy && { externalTrafficPolicy }),
      }),
    },
  };
}

/** A NetworkPolicy: its rule for cluster DNS is the platform's, and pods reach what the platform tells them of. */
export function policy<C extends ObjectConfig & { readonly spec: { readonly egress?: unknown } }>(
  config: C,
  kubernetes: KubernetesProps,
): C {
  const told = object(config, kubernetes);
  const { clusterDns } = kubernetes;
  const own = (told.spec.egress ?? []) as object[];
  if (own.length === 0) return told;
  const called = toCalled(toldUrls(kubernetes));
  const rules = [...own, ...(called.length > 0 && !own.includes(DNS) ? [DNS] : []), ...called];
  return { ...told, spec: { ...told.spec, egress: clusterDns ? withClusterDns(rules, clusterDns) : rules } };
}

interface Notes {
  readonly labels?: Readonly<Labels>;
  readonly annotations?: Readonly<Labels>;
}

/** What the platform asks of every object, and `more` of those of one kind. */
function withNotes<C extends ObjectConfig>(config: C, { labels, annotations }: KubernetesProps, more: Notes): C {
  return { ...config, metadata: noted(config.metadata, { labels, annotations }, more) };
}

/** The object's own labels and annotations win: selectors and rules need them. */
function noted<M extends Metadata>(metadata: M, ...notes: readonly Notes[]): M {
  const labels: Labels = Object.assign({}, ...notes.map(each => each.labels));
  const annotations: Labels = Object.assign({}, ...notes.map(each => each.annotations));
  return {
    ...metadata,
    ...(Object.keys(labels).length > 0 && { labels: { ...labels, ...metadata.labels } }),
    ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations, ...metadata.annotations } }),
  };
}

/** What has a pod template. */
export function workload<C extends WorkloadConfig>(config: C, kubernetes: KubernetesProps, scope: Construct): C {
  const { spec, ...rest } = object(config, kubernetes);
  const { template } = spec;
  const { matchLabels = template.metadata?.labels ?? {} } = (spec.selector ?? {}) as { matchLabels?: Labels };
  const { labels, annotations, podLabels, podAnnotations } = kubernetes;
  const metadata = noted(
    template.metadata ?? {},
    { labels, annotations },
    { labels: podLabels, annotations: podAnnotations },
  );
  const pod = podOf(template.spec ?? {}, kubernetes, {
    scope,
    name: config.metadata.name ?? "",
    claims: claimsOf(spec.volumeClaimTemplate),
    selector: matchLabels,
  });
  return { ...rest, spec: { ...spec, template: { ...template, metadata, spec: pod } } } as C;
}

const claimsOf = (templates: unknown) =>
  ((templates ?? []) as readonly { readonly metadata: { readonly name: string } }[]).map(
    ({ metadata }) => metadata.name,
  );
