import type { Affinity, Toleration, TopologySpread } from "./placement-props";

type Texts = Readonly<Record<string, string>>;

/**
 * What a platform asks of every object, in the words of Kubernetes. A construct has it as its prop `kubernetes`. It
 * holds for everything below that construct: the nearer one wins, maps merge, lists replace.
 */
export interface KubernetesProps {
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
