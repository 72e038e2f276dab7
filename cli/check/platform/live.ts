import type { PodSpec } from "../../../manifests/read/pod";

/** What the API says of a container's present or last run. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface LivePod {
  readonly metadata: Metadata;
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A StatefulSet, Deployment or Job. */
export interface LiveWorkload {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface LiveEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
  readonly metadata?: Metadata;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string };
}

export interface LiveService {
  readonly metadata: Metadata;
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly loadBalancerIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
}

export interface LiveSlice {
  readonly metadata: Metadata;
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

interface Conditioned {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The condition of an object that is as asked for. */
export const conditionOf = ({ status }: Conditioned, type: string, is: "True" | "False"): Condition | undefined =>
  status?.conditions?.find(each => each.type === type && each.status === is);

/** Whether a condition of an object holds. */
export const holds = (object: Conditioned, type: string): boolean => conditionOf(object, type, "True") !== undefined;

/** The option by which kubectl finds an object, to follow a command. */
export const inNamespace = ({ namespace }: Pick<Metadata, "namespace">): string =>
  namespace ? ` --namespace ${namespace}` : "";
