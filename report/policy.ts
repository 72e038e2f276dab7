import type { Finding } from "../lint/lint";
import { type Markup, markup } from "./markup";
import { tableOf } from "./table";

const ORDER = ["error", "warning", "note"] as const;

/** The findings, errors first and waived ones last. */
export function policySection(findings: readonly Finding[]): Markup {
  const waivedOnes = findings.filter(({ waived }) => waived !== undefined);
  const open = ORDER.map(severity => findings.filter(each => each.severity === severity && each.waived === undefined));
  const rows = [...open.flat(), ...waivedOnes].map(({ rule, severity, object, path, found, remedy, waived }) => [
    rule,
    waived === undefined ? severity : markup`waived: ${waived}`,
    markup`${object} <small><code>${path}</code></small>`,
    found,
    remedy,
  ]);
  const counts = ORDER.map((severity, i) => `${open[i]?.length} ${severity}s`);
  const summary = `${[...counts, `${waivedOnes.length} waived`].join(", ")}.`;
  const head = ["Rule", "Severity", "Object", "Finding", "Remedy"];
  return markup`<p>${summary}</p>${tableOf({ caption: "Findings", head, rows })}`;
}
