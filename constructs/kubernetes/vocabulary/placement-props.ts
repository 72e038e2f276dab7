/** A taint that pods may run beside, in the words of Kubernetes. */
export interface Toleration {
  /** @default - every taint, with `operator: Exists` */
  readonly key?: string;
  /** @default "Equal" - Kubernetes' */
  readonly operator?: "Equal" | "Exists";
  readonly value?: string;
  /** @default - every effect */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /** Seconds that a pod stays on a node with a taint `NoExecute`. @default - for ever */
  readonly tolerationSeconds?: number;
}

/** A condition on labels. */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values?: readonly string[];
}

/** Nodes that meet every condition. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

/** Pods by their labels. */
export interface PodSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

/** Pods to be near, or away from. */
export interface PodAffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector?: PodSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: PodSelector;
}

/** Terms that pods must meet, and that they should. */
export interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
}

/** Affinity, in the words of Kubernetes. What the package sets itself, such as `spread`, holds beside it. */
export interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
    };
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly weight: number;
      readonly preference: NodeSelectorTerm;
    }[];
  };
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

/** How the pods of a workload are spread. It counts the pods of that workload only. */
export interface TopologySpread {
  /** Label of nodes, such as `topology.kubernetes.io/zone`. */
  readonly topologyKey: string;
  /** @default 1 */
  readonly maxSkew?: number;
  /** @default "DoNotSchedule" - Kubernetes' */
  readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway";
  /** Only with `DoNotSchedule`. @default 1 - Kubernetes' */
  readonly minDomains?: number;
}
