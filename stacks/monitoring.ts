import type { Problem } from "../constructs/kubernetes/problem";
import type { EnvironmentValues } from "../values/schema/environment";
import { sectionsOf } from "../values/schema/sections";

/** Alerts link to runbooks. Their address is that of the user's repository, so it has no default. */
export function monitoringProblems(env: EnvironmentValues): Problem[] {
  if (env.runbookBase) return [];
  const monitored = sectionsOf(env).filter(({ values }) => values.monitoring.enabled);
  if (monitored.length === 0) return [];
  const names = monitored.map(({ name }) => `${name}.monitoring`).join(" and ");
  return [
    {
      path: ["runbookBase"],
      message: `is missing: the alerts of ${names} link to runbooks`,
      remedy: "give the URL of docs/runbooks in your repository, such as https://…/blob/main/docs/runbooks",
    },
  ];
}

/** Where the alerts of an environment link to, once `monitoringProblems` found nothing. */
export const runbookBaseOf = ({ runbookBase }: EnvironmentValues): string => runbookBase as string;
