import { z } from "zod";
import { keyValues, text } from "./fields";

export const toleration = z.strictObject({
  key: text.optional().describe("Key of the taint. Without it, operator `Exists` tolerates every taint."),
  operator: z.enum(["Equal", "Exists"]).optional().describe("Default: `Equal`."),
  value: z.string().optional().describe("Value of the taint, for operator `Equal`."),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional().describe("Default: every effect."),
  tolerationSeconds: z
    .int()
    .min(0)
    .optional()
    .describe("Seconds that a pod stays on a node with the effect `NoExecute`. Default: for ever."),
});

const requirements = z
  .array(
    z.strictObject({
      key: text.describe("Key of a label."),
      operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]).describe("What has to hold."),
      values: z.array(z.string()).optional().describe("Values, for `In`, `NotIn`, `Gt` and `Lt`."),
    }),
  )
  .min(1);

const nodes = z.strictObject({
  matchExpressions: requirements.optional().describe("Conditions on labels."),
  matchFields: requirements.optional().describe("Conditions on fields, such as `metadata.name`."),
});

const pods = z.strictObject({
  matchLabels: keyValues.optional().describe("Labels."),
  matchExpressions: requirements.optional().describe("Conditions on labels."),
});

const podTerm = z.strictObject({
  topologyKey: text.describe("Label of nodes; those with the same value are one place."),
  labelSelector: pods.optional().describe("The other pods."),
  namespaces: z.array(text).optional().describe("Their namespaces. Default: the pod's own."),
  namespaceSelector: pods.optional().describe("Their namespaces, by labels."),
});

const weight = z.int().min(1).max(100).describe("1 to 100.");

const podAffinity = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).optional().describe("What must hold."),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTerm.describe("The term.") }))
    .optional()
    .describe("What should hold."),
});

/** As Kubernetes has it: its own reference says what each field means. */
export const affinity = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodes).min(1).describe("Terms, of which one must hold.") })
        .optional()
        .describe("What must hold."),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight, preference: nodes.describe("The term.") }))
        .optional()
        .describe("What should hold."),
    })
    .optional()
    .describe("Nodes."),
  podAffinity: podAffinity.optional().describe("Pods to be near."),
  podAntiAffinity: podAffinity.optional().describe("Pods to be away from."),
});

export const topologySpread = z.strictObject({
  topologyKey: text.describe("Label of nodes, such as `topology.kubernetes.io/zone`."),
  maxSkew: z.int().min(1).optional().describe("Default: 1."),
  whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]).optional().describe("Default: `DoNotSchedule`."),
  minDomains: z.int().min(1).optional().describe("Fewest places. Only with `DoNotSchedule`."),
});
