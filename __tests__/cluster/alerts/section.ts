/** Series, as their PodMonitor or kube-state-metrics label them, and promtool's notation of their values. */
export type Series = Readonly<Record<string, string>>;

/** What fires for some series. */
export interface Judged {
  readonly what: string;
  readonly rules: readonly object[];
  readonly series: Series;
  /** When the alerts are looked at, such as `19m`. */
  readonly at: string;
  /** All that fire, as name without its prefix and severity. */
  readonly fires: readonly string[];
}

/** The alerts of one section of the values. */
export interface Section {
  /** How the names of its alerts begin. */
  readonly prefix: string;
  /** How often it is scraped and evaluated. */
  readonly interval: string;
  /** Its rules in every form that they have. */
  readonly forms: Readonly<Record<string, readonly object[]>>;
  readonly cases: readonly Judged[];
}

/** Where the tests' alerts link to. */
export const RUNBOOKS = "https://runbooks.example.org";
