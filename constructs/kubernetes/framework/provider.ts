/**
 * The seam to the Terraform providers: every provider class the package uses, by deep import. The provider's own index
 * loads 143 MiB eagerly, and this file (with `terraform.ts`) is what a move to another framework line changes.
 *
 * Every class here that makes Kubernetes objects applies the block `kubernetes` (`vocabulary/`).
 */

import { ConfigMapV1 as ProvidedConfigMap } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 as ProvidedDeployment } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { NamespaceV1 as ProvidedNamespace } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 as ProvidedNetworkPolicy } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PodDisruptionBudgetV1 as ProvidedBudget } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { PriorityClassV1 as ProvidedPriorityClass } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { RoleBindingV1 as ProvidedRoleBinding } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 as ProvidedRole } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 as ProvidedServiceAccount } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 as ProvidedService } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 as ProvidedStatefulSet } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { account, namespace, object, policy, service, speaking, workload } from "../vocabulary/speak";
import { oneMetadata } from "./one-metadata";

export { HelmProvider } from "@cdktf/provider-helm/lib/provider";
export { Release } from "@cdktf/provider-helm/lib/release";
export type { NetworkPolicyV1SpecIngress } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
export { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
export type * from "./provider-types";

export const ConfigMapV1 = speaking(ProvidedConfigMap, object);
export type ConfigMapV1 = ProvidedConfigMap;
export const DeploymentV1 = speaking(ProvidedDeployment, workload);
export type DeploymentV1 = ProvidedDeployment;
export const NamespaceV1 = speaking(oneMetadata(ProvidedNamespace), namespace);
export type NamespaceV1 = ProvidedNamespace;
export const NetworkPolicyV1 = speaking(ProvidedNetworkPolicy, policy);
export type NetworkPolicyV1 = ProvidedNetworkPolicy;
export const PodDisruptionBudgetV1 = speaking(ProvidedBudget, object);
export type PodDisruptionBudgetV1 = ProvidedBudget;
export const PriorityClassV1 = speaking(ProvidedPriorityClass, object);
export type PriorityClassV1 = ProvidedPriorityClass;
export const RoleBindingV1 = speaking(oneMetadata(ProvidedRoleBinding), object);
export type RoleBindingV1 = ProvidedRoleBinding;
export const RoleV1 = speaking(oneMetadata(ProvidedRole), object);
export type RoleV1 = ProvidedRole;
export const ServiceAccountV1 = speaking(ProvidedServiceAccount, account);
export type ServiceAccountV1 = ProvidedServiceAccount;
export const ServiceV1 = speaking(ProvidedService, service);
export type ServiceV1 = ProvidedService;
export const StatefulSetV1 = speaking(ProvidedStatefulSet, workload);
export type StatefulSetV1 = ProvidedStatefulSet;
