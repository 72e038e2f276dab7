import type { StackManifests } from "../manifests/objects";
import { accepted } from "./accepted";
import type { Severity } from "./rule";
import { rules } from "./rules";
import { nameOf, viewOf } from "./view";

/** One place where a rule does not hold. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** `Deployment/devnet-p2p/full`; empty when the finding is about the values. */
  readonly object: string;
  /** Where in the object, or in the values. */
  readonly path: string;
  /** Position of the waiver that the finding is about. @default - the finding is about an object */
  readonly waiver?: number;
  /** What is there, lower case. */
  readonly found: string;
  readonly remedy: string;
  /** Why it may stay. @default - it may not */
  readonly waived?: string;
}

/**
 * What every rule finds in the manifests, in the order of the objects. Findings that the package accepts are waived.
 */
export function lint(manifests: StackManifests): Finding[] {
  const view = viewOf(manifests);
  const findings = rules.flatMap(({ id, severity, remedy, check }) =>
    [...check(view)].map(({ object, path, found }) => {
      const waived = accepted.find(each => each.rule === id && each.when(object, view))?.reason;
      const finding: Finding = {
        rule: id,
        severity,
        object: nameOf(object),
        path,
        found,
        remedy,
        ...(waived && { waived }),
      };
      return { finding, position: view.objects.indexOf(object) };
    }),
  );
  return findings.sort((a, b) => a.position - b.position).map(({ finding }) => finding);
}
