import type { Severity } from "../../lint/rule";
import type { Located } from "../../lint/sarif";
import { oneLine } from "../../manifests/hidden";
import { count } from "../../values/load/count";

export type Counts = Readonly<Record<Severity | "waived", number>>;

export function countsOf(findings: readonly Located[]): Counts {
  const counts = { error: 0, warning: 0, note: 0, waived: 0 };
  for (const { severity, waived } of findings) counts[waived ? "waived" : severity]++;
  return counts;
}

/** For each environment: errors and warnings by object, then waived findings, then how many notes of each rule. */
export function lintReport(environments: readonly string[], findings: readonly Located[], sarif?: string): string {
  const parts = environments.map(name =>
    reportOf(
      name,
      findings.filter(({ environment }) => environment === name),
    ),
  );
  return [...parts, ...(sarif ? [`SARIF → ${sarif}`] : [])].join("\n");
}

function reportOf(name: string, findings: readonly Located[]): string {
  const { error, warning, note, waived } = countsOf(findings);
  const shown = findings.filter(each => !each.waived && each.severity !== "note");
  const counts = [count(error, "error"), count(warning, "warning"), count(note, "note"), `${waived} waived`];
  const head = `${name}: ${counts.join(", ")}`;
  const titles = [...new Set(shown.map(titleOf))];
  return [
    head,
    ...titles.flatMap(title => [`  ${title}`, ...shown.filter(each => titleOf(each) === title).flatMap(linesOf)]),
    ...waivedLines(findings),
    ...noteLines(findings),
  ]
    .map(oneLine)
    .join("\n");
}

const titleOf = ({ object, path, file, line }: Located) => `${object || path}  (${file}:${line})`;

function linesOf({ severity, rule, object, path, found, remedy }: Located): string[] {
  const indent = " ".repeat(13);
  return [
    `    ${severity.padEnd(8)} ${rule}: ${found}`,
    ...(object ? [`${indent}${path}`] : []),
    `${indent}→ ${remedy}`,
  ];
}

function waivedLines(findings: readonly Located[]): string[] {
  const lines = findings.flatMap(({ waived, rule, object }) =>
    waived ? [`    waived   ${rule} of ${object}: ${waived}`] : [],
  );
  return [...new Set(lines)];
}

function noteLines(findings: readonly Located[]): string[] {
  const notes = findings.filter(({ severity, waived }) => severity === "note" && !waived).map(({ rule }) => rule);
  const counted = [...new Set(notes)].map(rule => `${rule} ${notes.filter(each => each === rule).length}`);
  return counted.length > 0 ? [`    notes    ${counted.join(", ")} (--json tells where)`] : [];
}
