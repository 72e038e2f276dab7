import { createHash } from "node:crypto";
import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Finding } from "./lint";
import { rules } from "./rules";
import { waiverRules } from "./waivers";

/** A finding, and the line of the values that it is about. */
export interface Located extends Finding {
  readonly environment: string;
  /** Relative to the working folder, as code scanning wants it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The findings as SARIF 2.1.0. Waived ones are left out: GitHub's code scanning ignores `suppressions` and would open
 * an alert for them.
 *
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function toSarif(findings: readonly Located[], version: string): Log {
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: { driver: { name: "rollup-network lint", semanticVersion: version, rules: descriptors } },
        columnKind: "utf16CodeUnits",
        results: findings.filter(({ waived }) => !waived).map(resultOf),
      },
    ],
  };
}

const descriptors: ReportingDescriptor[] = [...rules, ...waiverRules].map(rule => {
  const alike = "alike" in rule && rule.alike.length > 0 ? `\n\nOther tools: ${rule.alike.join(", ")}.` : "";
  return {
    id: rule.id,
    shortDescription: { text: `${upperFirst(rule.holds)}.` },
    fullDescription: { text: `${upperFirst(rule.holds)}: ${rule.why}.` },
    help: { text: `${upperFirst(rule.why)}.\n\nRemedy: ${rule.remedy}.${alike}` },
    defaultConfiguration: { level: rule.severity },
    properties: { tags: ["kubernetes"] },
  };
});

function resultOf({ rule, severity, object, path, found, remedy, environment, file, line }: Located): Result {
  const name = object || path;
  return {
    ruleId: rule,
    ruleIndex: descriptors.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: `${environment}: ${name}: ${found}${object ? ` (${path})` : ""}. Remedy: ${remedy}.` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line } },
        logicalLocations: [{ fullyQualifiedName: `${environment}/${name}`, kind: "resource" }],
      },
    ],
    // One alert per place in an object, also when its line moves.
    partialFingerprints: { primaryLocationLineHash: fingerprint(environment, rule, name, path) },
  };
}

function fingerprint(...parts: readonly string[]): string {
  return `${createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16)}:1`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
