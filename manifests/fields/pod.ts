import { container, seccompProfile, seLinuxOptions } from "./container";
import { type Block, many, one, stringMap, strings } from "./field";
import { clusterMetadata, labelSelector, nodeSelectorTerm, templateMetadata } from "./meta";
import { volume } from "./volume";

const podAffinityTerm: Block = {
  label_selector: one(labelSelector),
  namespace_selector: one(labelSelector),
  namespaces: strings,
  topology_key: "string",
};

const podAffinity: Block = {
  required_during_scheduling_ignored_during_execution: many(podAffinityTerm),
  preferred_during_scheduling_ignored_during_execution: many({
    weight: "int",
    pod_affinity_term: one(podAffinityTerm),
  }),
};

const affinity: Block = {
  node_affinity: one({
    required_during_scheduling_ignored_during_execution: one({
      node_selector_term: many(nodeSelectorTerm, "nodeSelectorTerms"),
    }),
    preferred_during_scheduling_ignored_during_execution: many({ weight: "int", preference: one(nodeSelectorTerm) }),
  }),
  pod_affinity: one(podAffinity),
  pod_anti_affinity: one(podAffinity),
};

const securityContext: Block = {
  fs_group: "int",
  fs_group_change_policy: "string",
  run_as_group: "int",
  run_as_non_root: { shape: "bool", default: false },
  run_as_user: "int",
  se_linux_options: one(seLinuxOptions),
  seccomp_profile: one(seccompProfile),
  supplemental_groups: { list: "int" },
  sysctl: many({ name: "string", value: "string" }, "sysctls"),
  windows_options: one({
    gmsa_credential_spec: "string",
    gmsa_credential_spec_name: "string",
    host_process: "bool",
    run_as_username: { shape: "string", as: "runAsUserName" },
  }),
};

const toleration: Block = {
  key: "string",
  operator: "string",
  value: "string",
  effect: "string",
  toleration_seconds: "int",
};

const topologySpreadConstraint: Block = {
  max_skew: { shape: "int", default: 1 },
  topology_key: "string",
  when_unsatisfiable: { shape: "string", default: "DoNotSchedule" },
  label_selector: one(labelSelector),
  match_label_keys: strings,
  min_domains: "int",
  node_affinity_policy: "string",
  node_taints_policy: "string",
};

export const podSpec: Block = {
  service_account_name: "string",
  // Wins over the service account's own setting.
  automount_service_account_token: { shape: "bool", default: true },
  enable_service_links: { shape: "bool", default: true },
  security_context: one(securityContext),
  init_container: many(container, "initContainers"),
  container: many(container, "containers"),
  volume: many(volume, "volumes"),
  active_deadline_seconds: "int",
  affinity: one(affinity),
  dns_config: one({
    nameservers: strings,
    searches: strings,
    option: many({ name: "string", value: "string" }, "options"),
  }),
  dns_policy: "string",
  host_aliases: many({ ip: "string", hostnames: strings }),
  host_ipc: { shape: "bool", as: "hostIPC" },
  host_network: "bool",
  host_pid: { shape: "bool", as: "hostPID" },
  hostname: "string",
  image_pull_secrets: many({ name: "string" }),
  node_name: "string",
  node_selector: stringMap,
  os: one({ name: "string" }),
  priority_class_name: "string",
  readiness_gate: many({ condition_type: "string" }, "readinessGates"),
  restart_policy: "string",
  runtime_class_name: "string",
  scheduler_name: "string",
  share_process_namespace: "bool",
  subdomain: "string",
  termination_grace_period_seconds: "int",
  toleration: many(toleration, "tolerations"),
  topology_spread_constraint: many(topologySpreadConstraint, "topologySpreadConstraints"),
};

export const podTemplate: Block = { metadata: one(templateMetadata), spec: one(podSpec) };

/** Jobs have another default: Kubernetes refuses `Always` there. */
export const jobTemplate: Block = {
  metadata: one(clusterMetadata),
  spec: one({ ...podSpec, restart_policy: { shape: "string", default: "Never" } }),
};
