import type { LiveEvent } from "./live";

/** A warning of an Event. */
export interface Warning {
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The warnings among some Events, the newest first. The API server keeps them for an hour. */
export function warningsIn(events: readonly LiveEvent[]): Warning[] {
  return events
    .filter(({ type }) => type === "Warning")
    .map(({ involvedObject: { kind = "", name = "" }, reason = "", message = "", ...event }) => ({
      kind,
      name,
      reason,
      message: message.replace(/^\(combined from similar events\): /, "").trim(),
      at: Date.parse(timeOf(event) ?? "") || 0,
    }))
    .sort((a, b) => b.at - a.at);
}

const timeOf = ({ series, lastTimestamp, eventTime, metadata }: Partial<LiveEvent>) =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata?.creationTimestamp;

/** The newest warning about an object, of some reasons or of any. */
export function warningOf(
  warnings: readonly Warning[],
  kind: string,
  name: string,
  reasons?: RegExp,
): Warning | undefined {
  return warnings.find(each => each.kind === kind && each.name === name && (reasons?.test(each.reason) ?? true));
}
