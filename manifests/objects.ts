import type { HelmRelease } from "./helm";

/** One object as Kubernetes shows it: camel case, lists as lists. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly [field: string]: unknown;
}

/** Everything that a stack creates: objects, and Helm releases, whose objects only their charts know. */
export interface StackManifests {
  /** In the order in which they can be applied, then by name. */
  readonly objects: readonly KubernetesObject[];
  readonly releases: readonly HelmRelease[];
  /** Namespaces that it uses and does not make. @default - none */
  readonly existingNamespaces?: readonly string[];
}
