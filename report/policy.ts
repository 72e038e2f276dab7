import type { Finding } from "../lint/lint";
import { type Markup, markup } from "./markup";
import { tableOf } from "./table";

/** The findings, those that may not stay first. */
export function policySection(findings: readonly Finding[]): Markup {
  const open = findings.filter(({ waived }) => waived === undefined);
  const rows = [...open, ...findings.filter(({ waived }) => waived !== undefined)].map(
    ({ rule, severity, object, path, found, remedy, waived }) => [
      rule,
      waived === undefined ? severity : markup`waived: ${waived}`,
      markup`${object} <small><code>${path}</code></small>`,
      found,
      remedy,
    ],
  );
  const summary = `${open.length} open, ${findings.length - open.length} waived.`;
  return markup`<p>${summary}</p>${tableOf({ caption: "Findings", head: ["Rule", "Severity", "Object", "Finding", "Remedy"], rows })}`;
}
