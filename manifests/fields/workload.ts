import { type Block, many, one } from "./field";
import { claimSpec, labelSelector, templateMetadata } from "./meta";
import { jobTemplate, podTemplate } from "./pod";

export const statefulSetSpec: Block = {
  service_name: "string",
  replicas: "int",
  selector: one(labelSelector),
  pod_management_policy: "string",
  update_strategy: one({ type: "string", rolling_update: one({ partition: "int" }) }),
  min_ready_seconds: "int",
  // The provider's schema has no default, so an absent number is sent as 0: then there is no revision to roll back to.
  revision_history_limit: { shape: "int", default: 0 },
  persistent_volume_claim_retention_policy: one({ when_deleted: "string", when_scaled: "string" }),
  template: one(podTemplate),
  volume_claim_template: many({ metadata: one(templateMetadata), spec: one(claimSpec) }, "volumeClaimTemplates"),
};

export const deploymentSpec: Block = {
  replicas: "int",
  selector: one(labelSelector),
  strategy: one({ type: "string", rolling_update: one({ max_surge: "intOrString", max_unavailable: "intOrString" }) }),
  min_ready_seconds: "int",
  paused: "bool",
  progress_deadline_seconds: "int",
  revision_history_limit: "int",
  template: one(podTemplate),
};

const podFailureRule: Block = {
  action: "string",
  on_exit_codes: one({ container_name: "string", operator: "string", values: { list: "int" } }),
  on_pod_condition: many({ type: "string", status: "string" }, "onPodConditions"),
};

export const jobSpec: Block = {
  active_deadline_seconds: "int",
  backoff_limit: { shape: "int", default: 6 },
  backoff_limit_per_index: { shape: "int", default: 0, when: ["completion_mode", "Indexed"] },
  completion_mode: "string",
  completions: { shape: "int", default: 1 },
  manual_selector: "bool",
  max_failed_indexes: { shape: "int", default: 0, when: ["completion_mode", "Indexed"] },
  parallelism: "int",
  pod_failure_policy: one({ rule: many(podFailureRule, "rules") }),
  selector: one(labelSelector),
  ttl_seconds_after_finished: "int",
  template: one(jobTemplate),
};
