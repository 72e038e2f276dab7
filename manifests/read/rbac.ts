import type { KubernetesObject } from "../objects";

export interface RoleRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs?: readonly string[];
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The rules of a Role. */
export const rulesOf = (role: KubernetesObject) => (role.rules ?? []) as readonly RoleRule[];

/** The Role that a RoleBinding gives. */
export const roleRefOf = (binding: KubernetesObject) => (binding.roleRef ?? {}) as Reference;

/** To whom a RoleBinding gives it. */
export const subjectsOf = (binding: KubernetesObject) => (binding.subjects ?? []) as readonly Reference[];
