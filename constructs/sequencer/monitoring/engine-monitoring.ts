import type { Panel } from "./panels";
import type { Rule, Series } from "./series";

/** What the monitoring of one engine has beside what all have. */
export interface EngineMonitoring {
  /** The alert for too few members that answer. */
  readonly down: {
    readonly alert: string;
    readonly summary: (members: number, least: number) => string;
    readonly runbook: string;
  };
  /** Further series of which more than one says that there are two leaders, as PromQL. */
  readonly leaders?: (series: Series) => string;
  readonly rules?: (series: Series) => readonly Rule[];
  readonly panels?: (series: Series) => readonly Panel[];
  /** Names of further container ports with metrics. */
  readonly ports?: readonly string[];
}
