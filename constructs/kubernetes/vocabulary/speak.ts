import type { PodSpec } from "../framework/provider-types";
import type { Construct } from "../framework/terraform";
import { placement } from "./placement";
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
  readonly spec: {
    readonly selector?: unknown;
    readonly template: { readonly metadata?: Metadata; readonly spec?: object };
  };
}

/** How the objects of one kind say what the platform asks. */
type Say<C> = (config: C, kubernetes: KubernetesProps) => C;

// biome-ignore lint/suspicious/noExplicitAny: as the classes of the provider have it
type Resource = new (scope: any, id: string, config: any) => object;

/**
 * A class of the provider whose objects say what the platform asks where they stand: whoever makes one cannot forget
 * it.
 */
export function speaking<R extends Resource>(provided: R, say: Say<ConstructorParameters<R>[2]>): R {
  return new Proxy(provided, {
    construct: (target, [scope, id, config]: [Construct, string, ConstructorParameters<R>[2]], newTarget) =>
      Reflect.construct(target, [scope, id, said(scope, config, say)], newTarget),
  });
}

function said<C>(scope: Construct, config: C, say: Say<C>): C {
  const kubernetes = kubernetesOf(scope);
  return Object.keys(kubernetes).length > 0 ? say(config, kubernetes) : config;
}

/** Any object: its metadata. */
export function object<C extends ObjectConfig>(config: C, _: KubernetesProps): C {
  return config;
}

/** An account that pods run under. */
export function account<C extends ObjectConfig>(config: C, kubernetes: KubernetesProps): C {
  const { metadata, ...rest } = object(config, kubernetes);
  const { serviceAccountAnnotations } = kubernetes;
  if (!serviceAccountAnnotations) return config;
  return {
    ...rest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...serviceAccountAnnotations } },
  } as C;
}

/** What has a pod template. */
export function workload<C extends WorkloadConfig>(config: C, kubernetes: KubernetesProps): C {
  const { spec, ...rest } = object(config, kubernetes);
  const { template } = spec;
  const { matchLabels = template.metadata?.labels ?? {} } = (spec.selector ?? {}) as { matchLabels?: Labels };
  const pod = podOf(template.spec ?? {}, kubernetes, matchLabels);
  return { ...rest, spec: { ...spec, template: { ...template, spec: pod } } } as C;
}

function podOf(pod: PodSpec, kubernetes: KubernetesProps, selector: Labels): PodSpec {
  const { imagePullSecrets } = kubernetes;
  return {
    ...pod,
    ...placement(pod, kubernetes, selector),
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map(name => ({ name })) }),
  };
}
