import type { StackManifests } from "../manifests/objects";
import { accepted } from "./accepted";
import type { Severity } from "./rule";
import { rules } from "./rules";
import { nameOf, viewOf } from "./view";

/** One place where a rule does not hold. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** `Deployment/devnet-p2p/full`; empty when it is about the values. */
  readonly object: string;
  /** Where in the object, or in the values. */
  readonly path: string;
  /** Position of the waiver that it is about. @default - it is about an object */
  readonly waiver?: number;
  /** What is there, lower case. */
  readonly found: string;
  readonly remedy: string;
  /** Why it may stay. @default - it may not */
  readonly waived?: string;
}

/** What every rule finds in the manifests, object by object in their order. What the package makes on purpose is waived. */
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
