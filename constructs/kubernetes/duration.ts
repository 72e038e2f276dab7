import { type Grammar, grammarProblems } from "./grammar/grammar";
import type { Problem } from "./problem";

/** A time above 0 with its unit, such as `200ms`, `5s`, `10m` or `1h`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h"}`;

/** How a duration is written. */
export const DURATION = /^[1-9][0-9]*(ms|s|m|h)$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as a number; NaN for what is none. */
export function milliseconds(duration: string): number {
  const [, unit = ""] = DURATION.exec(duration) ?? [];
  return Number.parseInt(duration, 10) * (MILLISECONDS[unit] ?? Number.NaN);
}

/** Milliseconds as one writes them: `5s`, `500ms`. */
export function durationOf(ms: number): Duration {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** The longest time where nothing says more. */
export const DAY: Duration = "24h";

/** A time of at most another one. */
export const durationUpTo = (most: Duration, least?: Duration): Grammar => ({
  is: "a time above 0 such as 200ms, 5s, 10m or 1h",
  form: DURATION,
  longest: 20,
  wrong: text => {
    if (least && milliseconds(text) < milliseconds(least)) return [`is less than ${least}`, `use ${least} or more`];
    return milliseconds(text) > milliseconds(most) ? [`is more than ${most}`, `use ${most} or less`] : undefined;
  },
});

/** What is wrong with durations, by their places in the props; those that are not given are right. */
export function durationProblems(
  ...durations: readonly (readonly [
    path: Problem["path"],
    value: string | undefined,
    most?: Duration,
    least?: Duration,
  ])[]
): Problem[] {
  return durations.flatMap(([path, value, most = DAY, least]) =>
    grammarProblems(path, value, durationUpTo(most, least)),
  );
}
