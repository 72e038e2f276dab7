import type { KubernetesObject } from "../manifests/objects";
import { hasLabels, type LabelSelector, type Labels, POD_NAME, podNames } from "../manifests/selectors";

/** What a report reads of the API's types, by their names there. */
interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: string | number };
  readonly tcpSocket?: { readonly port: string | number };
  readonly exec?: { readonly command: readonly string[] };
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly [kind in "secretKeyRef" | "configMapKeyRef"]?: { readonly name: string; readonly key: string };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name: string } }[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
    readonly hostPort?: number;
  }[];
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPathExpr?: string;
  }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly projected?: {
    readonly sources: readonly { readonly serviceAccountToken?: object; readonly secret?: { readonly name: string } }[];
  };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: Labels;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string; readonly whenUnsatisfiable: string }[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly { readonly topologyKey: string }[];
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly podAffinityTerm: { readonly topologyKey: string };
      }[];
    };
  };
}

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}

export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly loadBalancerIP?: string;
  readonly externalIPs?: readonly string[];
  readonly selector?: Labels;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort?: string | number;
    readonly nodePort?: number;
    readonly protocol?: string;
  }[];
}

export interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: string | number;
  readonly endPort?: number;
}

export interface PolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly { readonly from?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[];
  readonly egress?: readonly { readonly to?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[];
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template: { readonly metadata?: { readonly labels?: Labels }; readonly spec: PodSpec };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string }; readonly spec: ClaimSpec }[];
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted: string; readonly whenScaled: string };
}

/** An object of a kind, with the spec of that kind. */
export type Of<Spec> = KubernetesObject & { readonly spec: Spec };
export type Workload = Of<WorkloadSpec>;
export type Service = Of<ServiceSpec>;
export type Policy = Of<PolicySpec>;
export type Claim = Of<ClaimSpec>;

const WORKLOADS = ["StatefulSet", "Deployment", "Job"];

export const workloadsIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => WORKLOADS.includes(kind)) as Workload[];
export const servicesIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === "Service") as Service[];
export const policiesIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === "NetworkPolicy") as Policy[];

export function containersOf({ spec }: Workload): Container[] {
  const { initContainers = [], containers } = spec.template.spec;
  return [...initContainers, ...containers];
}

export const podLabels = ({ spec }: Workload): Labels => spec.template.metadata?.labels ?? {};

/** The pods that a Service sends to are some of a workload's. */
export function selects(service: Service, workload: Workload): boolean {
  const { [POD_NAME]: pod, ...selector } = service.spec.selector ?? {};
  const { kind, metadata, spec } = workload;
  const named =
    pod === undefined || (kind === "StatefulSet" && podNames(metadata.name, spec.replicas ?? 1).includes(pod));
  const some = service.spec.selector !== undefined && service.metadata.namespace === metadata.namespace;
  return some && named && hasLabels(podLabels(workload), selector);
}

/** The one pod that a Service is for. */
export const podOf = ({ spec }: Service): string | undefined => spec.selector?.[POD_NAME];

/** `a=b, c in (d)`, as kubectl writes it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const texts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(
      ({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(", ")})` : ""}`,
    ),
  ];
  return texts.join(", ");
}

export const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** The namespace that a selector names, where it names one alone. */
export function namespaceNamed({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 1
    ? matchLabels[NAMESPACE_NAME]
    : undefined;
}

export interface Port {
  readonly port: number;
  readonly protocol: string;
}

/** `40400 TCP+UDP; 7331, 8080 TCP`. */
export function portsText(ports: readonly { readonly port?: string | number; readonly protocol?: string }[]): string {
  const protocols = new Map<string, Set<string>>();
  for (const { port = "all", protocol = "TCP" } of ports) {
    protocols.set(String(port), (protocols.get(String(port)) ?? new Set()).add(protocol));
  }
  const numbers = new Map<string, string[]>();
  for (const [port, names] of protocols) {
    const text = [...names].sort().join("+");
    numbers.set(text, [...(numbers.get(text) ?? []), port]);
  }
  return [...numbers].map(([text, list]) => `${list.join(", ")} ${text}`).join("; ") || "every port";
}
