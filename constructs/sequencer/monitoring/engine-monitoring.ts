import type { Rule } from "../../kubernetes/monitoring/alert";
import type { SubmitterWorkload } from "../submitter";
import type { Panel } from "./panels";
import type { Series } from "./series";

/** What thresholds follow from. */
export interface Thresholds {
  readonly blockTimeMs: number;
  /** What takes the blocks to another chain. @default - nothing */
  readonly submitters?: readonly Pick<SubmitterWorkload, "component" | "program" | "everySeconds">[];
}

/** What the monitoring of one engine has beside what all have. */
export interface EngineMonitoring {
  /** The alert for too few members that answer. */
  readonly down: {
    readonly alert: string;
    /** What it says, for so many members of which so many have to answer. */
    readonly summary: (members: number, least: number) => string;
    readonly runbook: string;
  };
  /** Further series of which more than one says that there are two leaders, as PromQL. */
  readonly leaders?: (series: Series) => string;
  /** Two leaders that proxies see are two only while this is more than 0, as PromQL. @default - always */
  readonly leads?: (series: Series) => string;
  /** Further connections that time out, as PromQL with the labels `pod` and `server`. */
  readonly drops?: (series: Series) => readonly string[];
  /** Further alerts. */
  readonly rules?: (series: Series, watched: Thresholds) => readonly Rule[];
  /** Further panels of the dashboard. */
  readonly panels?: (series: Series) => readonly Panel[];
  /** Names of further container ports with metrics. */
  readonly ports?: readonly string[];
}
