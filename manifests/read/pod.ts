import type { LabelSelector, Labels } from "./labels";

export interface Port {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
  readonly hostPort?: number;
}

/** What a probe asks, or a hook does. */
export interface Handler {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: { readonly path?: string; readonly port: string | number };
  readonly tcpSocket?: { readonly port: string | number };
}

interface KeyRef {
  readonly name: string;
  readonly key: string;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: KeyRef; readonly configMapKeyRef?: KeyRef };
}

interface SecurityContext {
  readonly fsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly seccompProfile?: { readonly type?: string };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly {
    readonly secretRef?: { readonly name: string };
    readonly configMapRef?: { readonly name: string };
  }[];
  readonly ports?: readonly Port[];
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly startupProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly livenessProbe?: Handler;
  readonly lifecycle?: { readonly preStop?: Handler };
  readonly securityContext?: SecurityContext & {
    readonly allowPrivilegeEscalation?: boolean;
    readonly privileged?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly subPath?: string;
    readonly subPathExpr?: string;
  }[];
}

/** Which keys of a Secret or ConfigMap are files, and under which paths; without them each key is one. */
export type Items = readonly { readonly key: string; readonly path: string }[];

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly items?: Items };
  readonly secret?: { readonly secretName: string; readonly items?: Items };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly projected?: {
    readonly sources: readonly {
      readonly serviceAccountToken?: object;
      readonly secret?: { readonly name: string; readonly items?: Items };
    }[];
  };
}

interface AffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector?: LabelSelector;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly securityContext?: SecurityContext & {
    readonly sysctls?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly priorityClassName?: string;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly nodeSelector?: Labels;
  readonly nodeName?: string;
  readonly tolerations?: readonly object[];
  readonly topologySpreadConstraints?: readonly (AffinityTerm & { readonly whenUnsatisfiable: string })[];
  readonly affinity?: {
    readonly nodeAffinity?: object;
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: AffinityTerm }[];
    };
  };
}

/** The containers in the order in which they start. */
export const containersOf = ({ initContainers = [], containers }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
];

export const portsOf = (pod: PodSpec): Port[] => containersOf(pod).flatMap(({ ports = [] }) => ports);

/** The port of a container that a number or a name stands for. */
export function portNamed(container: Container, port: string | number | undefined, protocol = "TCP"): Port | undefined {
  return container.ports?.find(
    each => (each.protocol ?? "TCP") === protocol && (each.name === port || each.containerPort === Number(port)),
  );
}
