import type { DnsServer } from "../network/dns";
import type { Affinity, Toleration, TopologySpread } from "./placement-props";
import type { PodProps } from "./pod-props";

type Texts = Readonly<Record<string, string>>;

/**
 * What a platform asks of every object, in the words of Kubernetes. A construct has it as its prop `kubernetes`. It
 * holds for everything below that construct: the nearer one wins, maps merge, lists replace.
 */
export interface KubernetesProps extends PodProps {
  /** Labels of objects and pods, beside the package's own. Never of selectors and claims. @default - none */
  readonly labels?: Texts;
  /** Annotations of objects and pods, beside the package's own. @default - none */
  readonly annotations?: Texts;
  /** Labels of pods only. @default - none */
  readonly podLabels?: Texts;
  /** Annotations of pods only. @default - none */
  readonly podAnnotations?: Texts;
  /** Labels of namespaces only. @default - none */
  readonly namespaceLabels?: Texts;
  /** Annotations of namespaces only. @default - none */
  readonly namespaceAnnotations?: Texts;
  /** Annotations of Services only. @default - none */
  readonly serviceAnnotations?: Texts;
  /** Class of load balancers. It cannot change on a Service that exists. @default - the cluster's */
  readonly loadBalancerClass?: string;
  /** Ranges of addresses that load balancers let in. @default - everybody */
  readonly loadBalancerSourceRanges?: readonly string[];
  /** Whether load balancers reach pods of their own node only. @default "Local" - it keeps the addresses of peers */
  readonly externalTrafficPolicy?: "Local" | "Cluster";
  /**
   * IP family of every Service, for dual-stack clusters that begin with IPv6. Nodes announce IPv4, and members listen
   * there. It cannot change on a Service that exists. @default - the cluster's first family
   */
  readonly ipFamily?: "IPv4";
  /** Where pods resolve names, for NetworkPolicies. @default ["kube-dns", "node-local"] */
  readonly clusterDns?: readonly DnsServer[];
  /** Taints that pods may run beside. @default - none */
  readonly tolerations?: readonly Toleration[];
  /** Where pods run, beside what the package asks for. @default - only that */
  readonly affinity?: Affinity;
  /** Labels of the nodes that pods may run on. @default - any node */
  readonly nodeSelector?: Texts;
  /** How pods are spread, instead of the package's constraints. @default - as `spread` says */
  readonly topologySpread?: readonly TopologySpread[];
  /** An existing PriorityClass. @default - the cluster's default */
  readonly priorityClassName?: string;
  /** @default - the cluster's default scheduler */
  readonly schedulerName?: string;
  /** An existing RuntimeClass. @default - the cluster's default runtime */
  readonly runtimeClassName?: string;
  /**
   * A mirror from which every image and chart comes, such as `mirror.example.org/rollup`: `haproxy:3.2` is
   * `<registry>/haproxy:3.2` there, and `ghcr.io/x/y:1` is `<registry>/x/y:1`. Digests stay.
   * @default - where each is by its name
   */
  readonly registry?: string;
  /**
   * Where charts are instead: a URL of a repository, by HTTP or OCI.
   * @default - with a `registry`, `oci://<registry>`; else upstream's
   */
  readonly chartRepository?: string;
  /** @default "IfNotPresent" */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Pull Secrets in the namespace. @default - none */
  readonly imagePullSecrets?: readonly string[];
  /** Annotations of the service accounts of nodes and members, such as a cloud role. @default - none */
  readonly serviceAccountAnnotations?: Texts;
}

/** What every construct takes. */
export interface KubernetesScope {
  /** What the platform asks of every object of this construct. @default - what the constructs above it say */
  readonly kubernetes?: KubernetesProps;
}
