import { type BudgetSpec, budgetsOf } from "../../manifests/read/budget";
import { componentOf, matches } from "../../manifests/read/labels";
import type { Workload } from "../../manifests/read/workload";
import { eachPod, type Offence, type Rule } from "../rule";
import type { View } from "../view";
import { isNode } from "./roles";

/** The default of Kubernetes. ev-node resigns within 3 seconds and drains for up to 10. */
const GRACE_SECONDS = 30;

/** How many pods may be down under a budget. Percentages are rounded up, as in Kubernetes. */
function mayBeAway({ minAvailable, maxUnavailable }: BudgetSpec, replicas: number): number {
  const count = (value: number | string) =>
    String(value).endsWith("%") ? Math.ceil((Number.parseFloat(String(value)) / 100) * replicas) : Number(value);
  return maxUnavailable !== undefined ? count(maxUnavailable) : replicas - count(minAvailable ?? 0);
}

function* eachBudget(view: View, judge: (away: number, workload: Workload) => string | undefined): Iterable<Offence> {
  for (const workload of view.workloads) {
    for (const { object, spec } of budgetsOf(workload, view.objects)) {
      const found = judge(mayBeAway(spec, workload.replicas), workload);
      if (found)
        yield { object, path: spec.maxUnavailable === undefined ? "spec.minAvailable" : "spec.maxUnavailable", found };
    }
  }
}

const isMember = ({ labels }: Workload) => componentOf(labels) === "sequencer";

/** Availability: budgets, spread, rollouts and termination. */
export const workloads: readonly Rule[] = [
  {
    id: "selector-matches-template",
    severity: "error",
    holds: "a workload selects the pods it makes",
    why: "the API server refuses it otherwise",
    remedy: "give the template the labels of the selector",
    alike: ["KS statefulset-selector-labels-match-template-metadata-labels", "KL mismatching-selector"],
    *check({ workloads }) {
      for (const { object, kind, spec, labels } of workloads) {
        if (kind !== "Job" && !matches(spec.selector, labels)) {
          yield { object, path: "spec.selector", found: "selects other pods than those of its template" };
        }
      }
    },
  },
  {
    id: "disruption-budget",
    severity: "error",
    holds: "every long-running pod has one PodDisruptionBudget",
    why: "a drain would evict all replicas at once; with two budgets no eviction succeeds",
    remedy: "give the workload one PodDisruptionBudget",
    alike: ["KS statefulset-has-poddisruptionbudget", "PO missingPodDisruptionBudget"],
    *check(view) {
      for (const workload of view.workloads) {
        const { length } = budgetsOf(workload, view.objects);
        if (workload.kind !== "Job" && length !== 1) {
          yield {
            object: workload.object,
            path: "spec.template.metadata.labels",
            found: `${length} PodDisruptionBudgets select it`,
          };
        }
      }
    },
  },
  {
    id: "disruption-budget-evicts",
    severity: "error",
    holds: "every PodDisruptionBudget allows one eviction",
    why: "otherwise no Kubernetes node with such a pod can be drained",
    remedy: "set maxUnavailable: 1",
    alike: ["KL pdb-max-unavailable", "KL pdb-min-available"],
    check: view =>
      eachBudget(view, (away, { replicas }) => (away < 1 ? `lets none of ${replicas} pods go` : undefined)),
  },
  {
    id: "disruption-budget-quorum",
    severity: "error",
    holds: "the PodDisruptionBudget of a sequencer keeps a majority running",
    why: "without a majority there is no leader, and no block",
    remedy: "set maxUnavailable: 1",
    alike: [],
    check: view =>
      eachBudget(view, (away, workload) =>
        isMember(workload) && workload.replicas > 2 && away > (workload.replicas - 1) / 2
          ? `lets ${away} of ${workload.replicas} members go`
          : undefined,
      ),
  },
  {
    id: "spread",
    severity: "warning",
    holds: "replicas are spread over hosts or zones",
    why: "the failure of one host would take all replicas",
    remedy: "set spread in the values, or topologySpreadConstraints over the pod's own labels",
    alike: [
      "KS pod-topology-spread-constraints",
      "KS statefulset-has-host-podantiaffinity",
      "KL no-anti-affinity",
      "PO topologySpreadConstraint",
    ],
    check: eachPod(function* ({ pod, replicas, labels }, at) {
      const {
        requiredDuringSchedulingIgnoredDuringExecution: hard = [],
        preferredDuringSchedulingIgnoredDuringExecution: soft = [],
      } = pod.affinity?.podAntiAffinity ?? {};
      const terms = [
        ...(pod.topologySpreadConstraints ?? []),
        ...hard,
        ...soft.map(({ podAffinityTerm }) => podAffinityTerm),
      ];
      const own = terms.filter(({ labelSelector }) => labelSelector && matches(labelSelector, labels));
      if (replicas > 1 && own.length === 0)
        yield at("topologySpreadConstraints", `nothing spreads its ${replicas} replicas`);
    }),
  },
  {
    id: "replicas",
    severity: "note",
    holds: "every Deployment has two replicas or more",
    why: "a single replica is unavailable while it restarts or moves",
    remedy: "set replicas: 2 in the values of the node",
    alike: ["KS deployment-replicas", "KL minimum-three-replicas"],
    *check({ workloads }) {
      for (const { object, kind, replicas } of workloads) {
        if (kind === "Deployment" && replicas < 2)
          yield { object, path: "spec.replicas", found: `has ${replicas} replica` };
      }
    },
  },
  {
    id: "rolling-update",
    severity: "error",
    holds: "pods are replaced one after the other",
    why: "Recreate stops all pods at once, and OnDelete waits for an operator",
    remedy: "set the strategy to RollingUpdate",
    alike: ["KS deployment-strategy"],
    *check({ workloads }) {
      for (const { object, kind, spec } of workloads) {
        const field = kind === "StatefulSet" ? "updateStrategy" : "strategy";
        const { type } = spec[field] ?? {};
        if (kind !== "Job" && type !== "RollingUpdate") {
          yield {
            object,
            path: `spec.${field}.type`,
            found: `updates by ${type ?? "a default that Terraform does not see"}`,
          };
        }
      }
    },
  },
  {
    id: "termination-grace",
    severity: "error",
    holds: "every node has at least 30 seconds to stop, and every pod has more time than its preStop hook sleeps",
    why: "a node that is killed while it writes loses unflushed data, and its store may need a repair",
    remedy: "raise terminationGracePeriodSeconds",
    alike: [],
    check: eachPod(function* (workload, at) {
      const grace = workload.pod.terminationGracePeriodSeconds ?? 30;
      const asleep = Math.max(
        0,
        ...workload.pod.containers.map(({ lifecycle }) => sleeps(lifecycle?.preStop?.exec?.command)),
      );
      if (grace <= asleep)
        yield at("terminationGracePeriodSeconds", `is ${grace}, and preStop sleeps for ${asleep} seconds`);
      else if (isNode(workload) && grace < GRACE_SECONDS) yield at("terminationGracePeriodSeconds", `is ${grace}`);
    }),
  },
  {
    id: "stable-annotations",
    severity: "error",
    holds: "no pod annotation is a time or a random ID",
    why: "it would change at every synth, and restart every pod at every deploy",
    remedy: "annotate pods with checksums of what they read",
    alike: [],
    *check({ workloads }) {
      for (const { object, spec } of workloads) {
        for (const [key, value] of Object.entries(spec.template.metadata?.annotations ?? {})) {
          if (MOVING.test(value)) {
            yield {
              object,
              path: `spec.template.metadata.annotations["${key}"]`,
              found: `${key} looks like a time or a random id: ${value}`,
            };
          }
        }
      }
    },
  },
  {
    id: "job-bounds",
    severity: "error",
    holds: "every Job ends: it has a deadline and a number of attempts",
    why: "a Job that never ends hides that it does not succeed",
    remedy: "set activeDeadlineSeconds and backoffLimit, and restartPolicy: Never or OnFailure",
    alike: [],
    *check({ workloads }) {
      for (const { object, kind, spec, pod } of workloads) {
        if (kind !== "Job") continue;
        for (const field of ["activeDeadlineSeconds", "backoffLimit"] as const) {
          if (spec[field] === undefined) yield { object, path: `spec.${field}`, found: `has no ${field}` };
        }
        if (pod.restartPolicy !== "Never" && pod.restartPolicy !== "OnFailure") {
          yield {
            object,
            path: "spec.template.spec.restartPolicy",
            found: `restarts ${pod.restartPolicy ?? "always"}`,
          };
        }
      }
    },
  },
  {
    id: "job-no-ttl",
    severity: "warning",
    holds: "no Job that Terraform manages deletes itself",
    why: "Terraform creates a missing Job again, so it would run at every deploy",
    remedy: "remove ttlSecondsAfterFinished",
    alike: ["against KL job-ttl-seconds-after-finished"],
    *check({ workloads }) {
      for (const { object, spec } of workloads) {
        const ttl = spec.ttlSecondsAfterFinished;
        if (ttl !== undefined)
          yield { object, path: "spec.ttlSecondsAfterFinished", found: `is gone ${ttl} seconds after its end` };
      }
    },
  },
];

/** A date and time, seconds or milliseconds since 1970, or a UUID. */
const MOVING = /\d{4}-\d\d-\d\dT\d\d:|^1\d{9}(\d{3})?$|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** The seconds for which a command sleeps in total. A sleep in a loop counts once. */
function sleeps(command: readonly string[] = []): number {
  return [...command.join(" ").matchAll(/\bsleep (\d+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}
