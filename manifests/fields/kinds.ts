import { type Block, many, one, refused, stringMap, strings } from "./field";
import { claimSpec, clusterMetadata, labelSelector, metadata } from "./meta";
import { networkPolicySpec, serviceSpec } from "./network";
import { deploymentSpec, jobSpec, statefulSetSpec } from "./workload";

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: Block;
  /** What Kubernetes fills in and others may refer to: Terraform path → field name in a placeholder. */
  readonly computed?: { readonly [terraformPath: string]: string };
}

const repeated = refused("the view shows every object once: write the resources out");
const sideEffect = refused("it runs outside Kubernetes");
const secretData = refused("no secret goes through Terraform: create it beforehand and refer to it by name");

/** The meta-arguments of every Terraform resource. */
export const metaArguments: Block = {
  "//": "ignored",
  depends_on: "ignored",
  lifecycle: "ignored",
  provider: "ignored",
  count: repeated,
  for_each: repeated,
  connection: sideEffect,
  provisioner: sideEffect,
};

const namespaced: Block = { ...metaArguments, metadata: one(metadata) };
const clusterWide: Block = { ...metaArguments, metadata: one(clusterMetadata) };

/** Every resource type the view knows, in the order in which the objects are applied. */
export const kinds: { readonly [resourceType: string]: Kind } = {
  kubernetes_namespace_v1: {
    apiVersion: "v1",
    kind: "Namespace",
    fields: { ...clusterWide, timeouts: "ignored", wait_for_default_service_account: "ignored" },
  },
  kubernetes_priority_class_v1: {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    fields: {
      ...clusterWide,
      value: "int",
      global_default: "bool",
      preemption_policy: "string",
      description: "string",
    },
  },
  kubernetes_service_account_v1: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    fields: {
      ...namespaced,
      automount_service_account_token: { shape: "bool", default: true },
      image_pull_secret: many({ name: "string" }, "imagePullSecrets"),
      secret: many({ name: "string" }, "secrets"),
      timeouts: "ignored",
    },
  },
  kubernetes_role_v1: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    fields: {
      ...namespaced,
      rule: many({ api_groups: strings, resources: strings, resource_names: strings, verbs: strings }, "rules"),
    },
  },
  kubernetes_role_binding_v1: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    fields: {
      ...namespaced,
      role_ref: one({ api_group: "string", kind: "string", name: "string" }),
      subject: many(
        { api_group: "string", kind: "string", name: "string", namespace: { shape: "string", default: "default" } },
        "subjects",
      ),
    },
  },
  kubernetes_config_map_v1: {
    apiVersion: "v1",
    kind: "ConfigMap",
    fields: { ...namespaced, data: stringMap, binary_data: stringMap, immutable: "bool" },
  },
  kubernetes_secret_v1: {
    apiVersion: "v1",
    kind: "Secret",
    fields: {
      ...namespaced,
      type: "string",
      immutable: "bool",
      data: secretData,
      data_wo: secretData,
      data_wo_revision: secretData,
      binary_data: secretData,
      binary_data_wo: secretData,
      binary_data_wo_revision: secretData,
      timeouts: "ignored",
      wait_for_service_account_token: "ignored",
    },
  },
  kubernetes_persistent_volume_claim_v1: {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    fields: { ...namespaced, spec: one(claimSpec), timeouts: "ignored", wait_until_bound: "ignored" },
  },
  kubernetes_service_v1: {
    apiVersion: "v1",
    kind: "Service",
    fields: { ...namespaced, spec: one(serviceSpec), timeouts: "ignored", wait_for_load_balancer: "ignored" },
    computed: { "spec.0.cluster_ip": "clusterIP" },
  },
  kubernetes_stateful_set_v1: {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    fields: { ...namespaced, spec: one(statefulSetSpec), timeouts: "ignored", wait_for_rollout: "ignored" },
  },
  kubernetes_deployment_v1: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    fields: { ...namespaced, spec: one(deploymentSpec), timeouts: "ignored", wait_for_rollout: "ignored" },
  },
  kubernetes_job_v1: {
    apiVersion: "batch/v1",
    kind: "Job",
    fields: { ...namespaced, spec: one(jobSpec), timeouts: "ignored", wait_for_completion: "ignored" },
  },
  kubernetes_pod_disruption_budget_v1: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    fields: {
      ...namespaced,
      spec: one({ min_available: "intOrString", max_unavailable: "intOrString", selector: one(labelSelector) }),
    },
  },
  kubernetes_network_policy_v1: {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    fields: { ...namespaced, spec: one(networkPolicySpec) },
  },
};
