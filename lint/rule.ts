import type { KubernetesObject } from "../manifests/objects";
import type { Container } from "../manifests/read/pod";
import type { Workload } from "../manifests/read/workload";
import type { RuleId } from "./rule-ids";
import type { View } from "./view";

/** An error breaks a promise of the package or of Kubernetes; a warning needs a reason; a note is for information. */
export type Severity = "error" | "warning" | "note";

/** A place in an object where a rule does not hold. */
export interface Offence {
  readonly object: KubernetesObject;
  /** Such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** What is there, lower case. */
  readonly found: string;
}

export interface Rule {
  /** In kebab case. It never changes, because waivers name it. */
  readonly id: RuleId;
  readonly severity: Severity;
  /** What holds in every manifest. */
  readonly holds: string;
  readonly why: string;
  readonly remedy: string;
  /**
   * What other tools call the same: kube-score (KS), kube-linter (KL), polaris (PO), checkov (CK), Pod Security (PSS),
   * kubescape (NSA).
   */
  readonly alike: readonly string[];
  readonly check: (view: View) => Iterable<Offence>;
}

/** Says what was found at a path below the container or the pod's spec. */
type At = (path: string, found: string) => Offence;

/** The containers of a pod, and where they are in its workload. */
export const placedContainers = ({ pod }: Workload) =>
  (["containers", "initContainers"] as const).flatMap(field =>
    (pod[field] ?? []).map((container, i) => ({ container, path: `spec.template.spec.${field}[${i}]` })),
  );

/** A check of every container, init containers included. */
export function eachContainer(
  judge: (container: Container, at: At, workload: Workload, view: View) => Iterable<Offence>,
): Rule["check"] {
  return function* (view) {
    for (const workload of view.workloads) {
      for (const { container, path } of placedContainers(workload)) {
        const at: At = (below, found) => ({
          object: workload.object,
          path: `${path}.${below}`,
          found: `container ${container.name} ${found}`,
        });
        yield* judge(container, at, workload, view);
      }
    }
  };
}

/** A check of every pod. */
export function eachPod(judge: (workload: Workload, at: At, view: View) => Iterable<Offence>): Rule["check"] {
  return function* (view) {
    for (const workload of view.workloads) {
      const at: At = (below, found) => ({ object: workload.object, path: `spec.template.spec.${below}`, found });
      yield* judge(workload, at, view);
    }
  };
}
