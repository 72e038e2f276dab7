import { isToken } from "../framework/tokens";
import type { Problem } from "../problem";

/** `critical` pages somebody; `warning` can wait for the day. */
export type Severity = "critical" | "warning";

/** An alert without what all alerts have in common; the runbook as `file#section`. */
export type Rule = readonly [
  name: string,
  severity: Severity,
  duration: string,
  expr: string,
  summary: string,
  runbook: string,
];

/** What the alerts of one section have in common. */
export interface AlertsOf {
  /** Begins the name of each. @default "" */
  readonly prefix?: string;
  /** Labels beside the severity. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where the runbooks are: an http or https URL. */
  readonly runbookBase: string;
}

/** Alerts in Prometheus' rule format. Alertmanager's templates and Grafana show the annotation `runbook_url`. */
export function alertsOf(rules: readonly Rule[], { prefix = "", labels, runbookBase }: AlertsOf): object[] {
  return rules.map(([name, severity, duration, expr, summary, runbook]) => ({
    alert: `${prefix}${name}`,
    expr,
    for: duration,
    labels: { severity, ...labels },
    annotations: { summary, runbook_url: `${runbookBase.replace(/\/+$/, "")}/${runbook.replace("#", ".md#")}` },
  }));
}

/** A relative link leads nowhere in the message of an alert. The path is that of the prop. */
export function runbookBaseProblems(runbookBase: string): Problem[] {
  if (isToken(runbookBase) || /^https?:\/\/[^\s/]+/.test(runbookBase)) return [];
  const message = `"${runbookBase}" is no http or https URL: the links of alerts would lead nowhere`;
  const remedy = "use the address of docs/runbooks in your repository, or of your own runbooks";
  return [{ path: ["runbookBase"], message, remedy }];
}
