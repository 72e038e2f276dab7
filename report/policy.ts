import { type Markup, markup } from "./markup";
import { tableOf } from "./table";

/** One thing that a policy check found in the objects of a stack. */
export interface Finding {
  readonly rule: string;
  readonly severity: string;
  /** `StatefulSet devnet-seq/seq`. */
  readonly object: string;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
  /** Why it may stay. @default - it may not */
  readonly waived?: string;
}

/** The findings, those that may not stay first. */
export function policySection(findings: readonly Finding[]): Markup {
  const open = findings.filter(({ waived }) => waived === undefined);
  const rows = [...open, ...findings.filter(({ waived }) => waived !== undefined)].map(
    ({ rule, severity, object, path, message, remedy, waived }) => [
      rule,
      waived === undefined ? severity : markup`waived: ${waived}`,
      markup`${object} <small><code>${path}</code></small>`,
      message,
      remedy,
    ],
  );
  const summary = `${open.length} open, ${findings.length - open.length} waived.`;
  return markup`<p>${summary}</p>${tableOf({ caption: "Findings", head: ["Rule", "Severity", "Object", "Finding", "Remedy"], rows })}`;
}
