import type { Duration } from "../duration";

/** The longest budget for a start: a node syncs for days at most. */
export const LONGEST_START: Duration = "168h";

/** Whose processes and files are those of a pod. */
export interface Users {
  /** @default 10001 - no account of a host has it */
  readonly user?: number;
  /** @default 10001 */
  readonly group?: number;
  /** The group of volumes. @default 10001 */
  readonly fsGroup?: number;
}

/** Amounts of what a container uses, in the words of Kubernetes. */
export interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;
  /** Logs, files of the container, and its volumes on the disk of the host. */
  readonly "ephemeral-storage"?: string;
}

/** What a container asks for, and what it may use at most. */
export interface ContainerResources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/** A name that pods resolve without DNS. */
export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

/** DNS of pods, beside what their DNS policy gives them. */
export interface DnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name: string; readonly value?: string }[];
}

/** A key of a Secret in the pod's namespace. */
export interface SecretKeyOf {
  readonly secret: string;
  readonly key: string;
  /**
   * Where a URL in it leads, without what is secret: the NetworkPolicies open the way there. An empty list for what is
   * no URL. @default - nobody knows
   */
  readonly targets?: readonly string[];
}

/** Everything in a ConfigMap or a Secret as environment: one of the two. */
export interface EnvSource {
  readonly configMap?: string;
  readonly secret?: string;
}

/** A volume of every pod: one source, and where it is mounted. */
export interface PodVolume {
  /** Where every container of the package has it. @default - only containers that you add mount it */
  readonly mountPath?: string;
  /** @default - true, but for `emptyDir` and `claim` */
  readonly readOnly?: boolean;
  readonly configMap?: string;
  readonly secret?: string;
  /** An existing PersistentVolumeClaim. */
  readonly claim?: string;
  readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: "Memory" };
  readonly csi?: {
    readonly driver: string;
    readonly attributes?: Readonly<Record<string, string>>;
    /** Secret that the driver reads. @default - none */
    readonly secret?: string;
  };
}

/** A mount of a volume of the pod, yours or the package's. */
export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** A container beside those of the package. It has none of their environment and mounts, and the same security. */
export interface AddedContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly secretEnv?: Readonly<Record<string, SecretKeyOf>>;
  readonly volumeMounts?: readonly Mount[];
  /** @default - 10m CPU, 64Mi to 128Mi of memory: as the package's agents */
  readonly resources?: ContainerResources;
}

/** A file with certificates of CAs, in a ConfigMap or in a Secret. */
export interface CaBundle {
  readonly configMap?: string;
  readonly secret?: string;
  readonly key: string;
}

/** What a platform asks of pods. */
export interface PodProps {
  /**
   * User, group and group of volumes of every pod; `platform` writes none, where the platform chooses them for each
   * namespace, as OpenShift does.
   * @default - 10001 for each
   */
  readonly users?: "platform" | Users;
  /** When the group of a volume's files is set. @default "OnRootMismatch" - a large volume would delay every start */
  readonly fsGroupChangePolicy?: "OnRootMismatch" | "Always";
  /** A seccomp profile that every host has, by its path below kubelet's folder. @default - the runtime's own */
  readonly seccompProfile?: string;
  /** What containers of the package ask for and may use, by their names; it wins over what each has. @default - that */
  readonly resources?: Readonly<Record<string, ContainerResources>>;
  /**
   * How long a container may take to its first answer.
   * @default - 20 minutes for p2p nodes, 5 for sequencers and their execution clients
   */
  readonly startupBudget?: Duration;
  /**
   * How long a pod may take to stop; no shorter than what the package gives it, which it needs.
   * @default - a minute; 3 for agents that prove, half a one for proxies
   */
  readonly terminationGrace?: Duration;
  /** Names that pods resolve without DNS. @default - none */
  readonly hostAliases?: readonly HostAlias[];
  /** Where pods resolve names. @default "ClusterFirst" - they call Services by name */
  readonly dnsPolicy?: "ClusterFirst" | "Default" | "None";
  /** Further DNS servers, search domains and options; an option wins over the package's own. @default - none */
  readonly dnsConfig?: DnsConfig;
  /** Environment of every container of the package. What it sets itself is refused. @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /** The same from Secrets. @default - none */
  readonly secretEnv?: Readonly<Record<string, SecretKeyOf>>;
  /** The same from whole ConfigMaps and Secrets; what the package sets wins. @default - none */
  readonly envFrom?: readonly EnvSource[];
  /** Volumes of every pod, by their names. @default - none */
  readonly volumes?: Readonly<Record<string, PodVolume>>;
  /** Containers that run before those of the package, in this order. @default - none */
  readonly initContainers?: readonly AddedContainer[];
  /** Containers that run beside those of the package; none in Jobs, which would not end. @default - none */
  readonly sidecars?: readonly AddedContainer[];
  /**
   * CAs that every container of the package trusts: Node.js beside those that it knows, other programs instead of
   * their image's file.
   * @default - none
   */
  readonly caBundle?: CaBundle;
}
