/**
 * The seam to the Terraform providers: every provider class the package uses, by deep import. The provider's own index
 * loads 143 MiB eagerly, and this file (with `terraform.ts`) is what a move to another framework line changes.
 */

export { HelmProvider } from "@cdktf/provider-helm/lib/provider";
export { Release } from "@cdktf/provider-helm/lib/release";
export { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
export { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
export { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
export {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from "@cdktf/provider-kubernetes/lib/network-policy-v1";
export { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
export { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
export { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
export { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
export { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
export { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
export { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
export { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
export type {
  StatefulSetV1SpecTemplateSpec as PodSpec,
  StatefulSetV1SpecTemplateSpecContainer as Container,
  StatefulSetV1SpecTemplateSpecContainerEnv as EnvVar,
  StatefulSetV1SpecTemplateSpecContainerVolumeMount as VolumeMount,
  StatefulSetV1SpecTemplateSpecVolume as Volume,
} from "@cdktf/provider-kubernetes/lib/stateful-set-v1/index-structs";
