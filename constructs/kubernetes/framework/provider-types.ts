/** Types of the provider's pods, in a separate file: `vocabulary/` needs them without the classes. */
export type { NetworkPolicyV1SpecEgress } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
export type {
  StatefulSetV1SpecTemplateSpec as PodSpec,
  StatefulSetV1SpecTemplateSpecContainer as Container,
  StatefulSetV1SpecTemplateSpecContainerEnv as EnvVar,
  StatefulSetV1SpecTemplateSpecContainerVolumeMount as VolumeMount,
  StatefulSetV1SpecTemplateSpecVolume as Volume,
} from "@cdktf/provider-kubernetes/lib/stateful-set-v1/index-structs";
