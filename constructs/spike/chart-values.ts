import { Annotations, type Construct } from "../kubernetes/framework/terraform";
import { jsonText } from "../kubernetes/framework/tokens";
import { addedContainer, addedEnv, addedMounts, addedVolumes } from "../kubernetes/vocabulary/extend";
import { mirrored } from "../kubernetes/vocabulary/images";
import { seconds } from "../kubernetes/vocabulary/lifetime";
import { mergeMaps } from "../kubernetes/vocabulary/merge";
import type { AddedContainer } from "../kubernetes/vocabulary/pod-props";
import type { KubernetesProps } from "../kubernetes/vocabulary/props";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";
import { containerSecurity } from "../kubernetes/vocabulary/security";

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
type Says = {
  readonly [K in Key]?: (value: NonNullable<KubernetesProps[K]>, kubernetes: KubernetesProps) => object;
};

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

/** Who runs the pods of a part that needs nothing of its host. */
const USED: Says = {
  users: users =>
    users === "platform"
      ? {}
      : {
          podSecurityContext: {
            ...(users.user !== undefined && { runAsUser: users.user }),
            ...(users.group !== undefined && { runAsGroup: users.group }),
            ...(users.fsGroup !== undefined && { fsGroup: users.fsGroup }),
          },
        },
  fsGroupChangePolicy: fsGroupChangePolicy => ({ podSecurityContext: { fsGroupChangePolicy } }),
};

const PROFILED: Says = {
  seccompProfile: localhostProfile => ({
    securityContext: { seccompProfile: { type: "Localhost", localhostProfile } },
  }),
};

/** Resources of a part by the name of its container; the chart gives them to the others of the part too. */
const sized = (name: string): Says => ({
  resources: resources => (resources[name] ? { resources: resources[name] } : {}),
});

const PREPARED: Says = {
  initContainers: (containers, kubernetes) => ({ initContainers: containers.map(each => pulledAs(each, kubernetes)) }),
};

/** A part that takes environment, volumes and containers, all of them at once wherever one is asked for. */
function open(env: "extraEnv" | "extraEnvVars"): Says {
  const variables = (_: unknown, kubernetes: KubernetesProps) => ({ [env]: addedEnv(kubernetes) });
  const mounted = (_: unknown, kubernetes: KubernetesProps) => ({
    extraVolumes: addedVolumes(kubernetes, octal => Number.parseInt(octal, 8)),
    extraVolumeMounts: addedMounts(kubernetes),
  });
  return {
    env: variables,
    secretEnv: variables,
    volumes: mounted,
    caBundle: (_, kubernetes) => ({ ...variables(_, kubernetes), ...mounted(_, kubernetes) }),
    ...PREPARED,
    sidecars: (containers, kubernetes) => ({ extraContainers: containers.map(each => pulledAs(each, kubernetes)) }),
  };
}

/** The driver has two containers, and takes no further volumes. */
function driverEnv(_: unknown, { env, secretEnv }: KubernetesProps) {
  const extraEnvVars = addedEnv({ env, secretEnv });
  return { extraEnvVars, nodeDriverRegistrar: { extraEnvVars } };
}

/** A container as the chart passes it on. */
function pulledAs(container: AddedContainer, kubernetes: KubernetesProps): object {
  const { registry, imagePullPolicy } = kubernetes;
  const { image, securityContext, ...others } = addedContainer(container);
  return {
    ...others,
    image: mirrored(image, registry),
    ...(imagePullPolicy && { imagePullPolicy }),
    securityContext: containerSecurity(securityContext, kubernetes),
  };
}

/** A part with a startup probe that asks every ten seconds. */
const STARTS: Says = {
  startupBudget: budget => ({ startupProbe: { periodSeconds: 10, failureThreshold: Math.ceil(seconds(budget) / 10) } }),
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
  // It works in folders of its host, and has no startup probe.
  users: NONE,
  fsGroupChangePolicy: NONE,
  startupBudget: NONE,
};

const SAYS: { readonly [part in ChartPart]: Says } = {
  "spire-server": {
    ...placed({ "app.kubernetes.io/name": "server", "app.kubernetes.io/instance": "spire" }),
    ...NOTED,
    ...SERVICE,
    ...PRIORITY,
    ...USED,
    ...PROFILED,
    ...sized("spire-server"),
    ...open("extraEnv"),
    startupBudget: NONE, // It has no startup probe.
    terminationGrace: grace => ({ terminationGracePeriodSeconds: seconds(grace) }),
    ...pulled([], ["controllerManager"], KUBECTL, BUSYBOX),
  },
  "spire-agent": {
    ...DAEMON,
    ...PROFILED,
    ...sized("spire-agent"),
    ...open("extraEnvVars"),
    hostAliases: hostAliases => ({ hostAliases }),
    dnsPolicy: dnsPolicy => ({ dnsPolicy }),
    ...pulled([], ["hostCert"], ["socketAlternate"], ["fsGroupFix"], KUBECTL, BUSYBOX),
  },
  "spiffe-csi-driver": {
    ...DAEMON,
    seccompProfile: NONE, // It is privileged, and under none.
    ...sized("spiffe-csi-driver"),
    ...PREPARED,
    env: driverEnv,
    secretEnv: driverEnv,
    ...pulled([], ["nodeDriverRegistrar"], ["selinux"]),
  },
  "spike-keeper": {
    ...placed({ component: "spike-keeper" }),
    ...SERVICE,
    ...USED,
    ...PROFILED,
    ...STARTS,
    ...pulled([]),
  },
  "spike-nexus": {
    ...placed({ component: "spike-nexus" }),
    ...SERVICE,
    ...USED,
    ...PROFILED,
    ...STARTS,
    // The chart names a user of its container too.
    users: (users, kubernetes) => ({
      ...USED.users?.(users, kubernetes),
      securityContext: { runAsUser: users === "platform" ? null : users.user },
    }),
    ...pulled([], ["bootstrap"]),
  },
  "spike-pilot": {
    ...placed({ component: "spike-pilot" }),
    ...SERVICELESS,
    ...USED,
    ...PROFILED,
    startupBudget: NONE, // It has no startup probe.
    ...pulled([], ["shell"], BUSYBOX),
  },
};

/** What the chart takes for all its parts. */
const GLOBAL: Says = {
  registry: registry => ({ spire: { image: { registry } } }),
  chartRepository: NONE,
  imagePullSecrets: names => ({ imagePullSecrets: names.map(name => ({ name })) }),
};

/** The same, where parts have values of their own too. */
const OPENSHIFT = { openshift: true };

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
  const global = { ...valuesOf(GLOBAL, kubernetes), ...(kubernetes.users === "platform" && OPENSHIFT) };
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
    .map(([key, say]) => (say as (value: unknown, all: KubernetesProps) => object)(kubernetes[key as Key], kubernetes))
    .reduce(mergeMaps, {});
}
