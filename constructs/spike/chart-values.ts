import { Annotations, type Construct } from "../kubernetes/framework/terraform";
import { jsonText } from "../kubernetes/framework/tokens";
import { mergeMaps } from "../kubernetes/vocabulary/merge";
import type { KubernetesProps } from "../kubernetes/vocabulary/props";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";

/** The parts of the chart `spire`: each is a subchart, with values of its own below its name. */
export type ChartPart =
  | "spire-server"
  | "spire-agent"
  | "spiffe-csi-driver"
  | "spike-keeper"
  | "spike-nexus"
  | "spike-pilot";

type Key = keyof KubernetesProps;

/** What the subchart of a part takes of a key; nothing where it has no value for it. */
type Says = { readonly [K in Key]?: (value: NonNullable<KubernetesProps[K]>) => object };

/** Labels by which a workload of the chart knows its pods. */
const pods = (labels: Readonly<Record<string, string>>) => ({ labelSelector: { matchLabels: labels } });

const NONE = () => ({});

const ANY: Says = {
  // The package makes the namespaces, and no part has a load balancer.
  namespaceLabels: NONE,
  namespaceAnnotations: NONE,
  loadBalancerClass: NONE,
  loadBalancerSourceRanges: NONE,
  externalTrafficPolicy: NONE,
  // The chart has no policies.
  clusterDns: NONE,
  // Parts without a Service have none to annotate.
  serviceAnnotations: NONE,
  tolerations: tolerations => ({ tolerations }),
  serviceAccountAnnotations: annotations => ({ serviceAccount: { annotations } }),
};

const PRIORITY: Says = { priorityClassName: priorityClassName => ({ priorityClassName }) };

/** A pod that can be anywhere. */
const placed = (labels: Readonly<Record<string, string>>): Says => ({
  ...ANY,
  nodeSelector: nodeSelector => ({ nodeSelector }),
  affinity: affinity => ({ affinity }),
  topologySpread: constraints => ({
    topologySpreadConstraints: constraints.map(each => ({
      maxSkew: 1,
      whenUnsatisfiable: "DoNotSchedule",
      ...each,
      ...pods(labels),
    })),
  }),
});

/** The images of a part, by their places in its values. */
const pulled = (...images: readonly (readonly string[])[]): Says => ({
  imagePullPolicy: pullPolicy =>
    images
      .map(path => path.reduceRight<object>((inner, key) => ({ [key]: inner }), { image: { pullPolicy } }))
      .reduce(mergeMaps, {}),
});

const BUSYBOX = ["tools", "busybox"];
const KUBECTL = ["tools", "kubectl"];

/** Labels and annotations of pods: the chart has none for all objects of a part. */
const NOTED: Says = {
  podLabels: podLabels => ({ podLabels }),
  podAnnotations: podAnnotations => ({ podAnnotations }),
};

/** Parts without a Service. */
const SERVICELESS: Says = { ipFamily: NONE };

const SERVICE: Says = { serviceAnnotations: annotations => ({ service: { annotations } }) };

/** A pod on every host: workloads anywhere need it, so that nothing chooses its hosts or spreads it. */
const DAEMON: Says = {
  ...ANY,
  ...NOTED,
  ...PRIORITY,
  ...SERVICELESS,
  nodeSelector: NONE,
  affinity: NONE,
  topologySpread: NONE,
};

const SAYS: { readonly [part in ChartPart]: Says } = {
  "spire-server": {
    ...placed({ "app.kubernetes.io/name": "server", "app.kubernetes.io/instance": "spire" }),
    ...NOTED,
    ...SERVICE,
    ...PRIORITY,
    ...pulled([], ["controllerManager"], KUBECTL, BUSYBOX),
  },
  "spire-agent": { ...DAEMON, ...pulled([], ["hostCert"], ["socketAlternate"], ["fsGroupFix"], KUBECTL, BUSYBOX) },
  "spiffe-csi-driver": { ...DAEMON, ...pulled([], ["nodeDriverRegistrar"], ["selinux"]) },
  "spike-keeper": { ...placed({ component: "spike-keeper" }), ...SERVICE, ...pulled([]) },
  "spike-nexus": { ...placed({ component: "spike-nexus" }), ...SERVICE, ...pulled([], ["bootstrap"]) },
  "spike-pilot": { ...placed({ component: "spike-pilot" }), ...SERVICELESS, ...pulled([], ["shell"], BUSYBOX) },
};

/** What the chart takes for all its parts. */
const GLOBAL: Says = {
  registry: registry => ({ spire: { image: { registry } } }),
  chartRepository: NONE,
  imagePullSecrets: names => ({ imagePullSecrets: names.map(name => ({ name })) }),
};

/**
 * What the platform asks, as a file of values for a release of the chart; none where it asks nothing. A warning names
 * the keys that the chart has no value for, and the parts that run without.
 */
export function chartValues(scope: Construct, parts: readonly ChartPart[]): string[] {
  const kubernetes = withPods(kubernetesOf(scope));
  const asked = Object.keys(kubernetes) as Key[];
  if (asked.length === 0) return [];
  for (const key of asked) {
    const without = parts.filter(part => !GLOBAL[key] && !SAYS[part][key]);
    if (without.length === 0) continue;
    Annotations.of(scope).addWarning(
      `kubernetes.${key}: the chart of SPIRE has no value for it${OF_OBJECTS[key] ?? ""}, so ${without.join(", ")} ` +
        `${without.length === 1 ? "is" : "are"} without`,
    );
  }
  const global = valuesOf(GLOBAL, kubernetes);
  const values = {
    ...(Object.keys(global).length > 0 && { global }),
    ...Object.fromEntries(parts.map(part => [part, valuesOf(SAYS[part], kubernetes)])),
  };
  return [jsonText(values)];
}

/** What is for objects and pods is for pods too. */
function withPods(kubernetes: KubernetesProps): KubernetesProps {
  const { labels, annotations, podLabels, podAnnotations } = kubernetes;
  return {
    ...kubernetes,
    ...((labels ?? podLabels) && { podLabels: { ...labels, ...podLabels } }),
    ...((annotations ?? podAnnotations) && { podAnnotations: { ...annotations, ...podAnnotations } }),
  };
}

const OF_OBJECTS: { readonly [K in Key]?: string } = { labels: " but of pods", annotations: " but of pods" };

function valuesOf(says: Says, kubernetes: KubernetesProps): object {
  return Object.entries(says)
    .filter(([key]) => kubernetes[key as Key] !== undefined)
    .map(([key, say]) => (say as (value: unknown) => object)(kubernetes[key as Key]))
    .reduce(mergeMaps, {});
}
