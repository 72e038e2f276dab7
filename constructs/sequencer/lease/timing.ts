import { type Duration, durationProblems, milliseconds } from "../../kubernetes/duration";
import type { Problem } from "../../kubernetes/problem";
import { CATCHUP_MS, LEASE_TIMINGS, MARGIN_MS, MOST_MS } from "./protocol";

/** When a Lease passes from one member to the other. */
export interface LeaseTiming {
  /** A holder that has not renewed for so long is taken for dead. @default "5s" */
  readonly duration?: Duration;
  /** A holder that could not renew for so long ends its sequencer (SIGTERM). @default "3s" */
  readonly renewDeadline?: Duration;
  /** Time between renewals, and between looks of the other. @default "500ms" */
  readonly retry?: Duration;
  /** From SIGTERM to SIGKILL. @default "1s" */
  readonly killGrace?: Duration;
  /**
   * How long a new holder that was not level waits for blocks of its peers before it makes its own
   * (`node.catchup_timeout`); it waits for the DA in any case, and looks once a DA block. @default "2s"
   */
  readonly catchupTimeout?: Duration;
}

const TIMINGS = Object.keys(LEASE_TIMINGS) as (keyof typeof LEASE_TIMINGS)[];

/** The timings of a pair with their defaults, in milliseconds. */
export type LeaseTimingMs = Record<keyof LeaseTiming, number>;

export function leaseTiming(timing: LeaseTiming = {}): LeaseTimingMs {
  const given = (name: keyof LeaseTiming, usual: number) =>
    timing[name] === undefined ? usual : milliseconds(timing[name]);
  return {
    duration: given("duration", LEASE_TIMINGS.duration.usual),
    renewDeadline: given("renewDeadline", LEASE_TIMINGS.renewDeadline.usual),
    retry: given("retry", LEASE_TIMINGS.retry.usual),
    killGrace: given("killGrace", LEASE_TIMINGS.killGrace.usual),
    catchupTimeout: given("catchupTimeout", CATCHUP_MS),
  };
}

/** Timings under which two sequencers could run at once, or one would stop for nothing. */
export function leaseTimingProblems(props: LeaseTiming): Problem[] {
  const problems = durationProblems(
    ...(Object.keys(props) as (keyof LeaseTiming)[]).map(name => [["timing", name], props[name]] as const),
  );
  if (problems.length > 0) return problems;
  const { duration, renewDeadline, retry, killGrace } = leaseTiming(props);
  const problem = (name: keyof LeaseTiming, message: string, remedy: string) =>
    problems.push({ path: ["timing", name], message, remedy });
  const all = { duration, renewDeadline, retry, killGrace };
  for (const name of TIMINGS) {
    const { least } = LEASE_TIMINGS[name];
    if (all[name] < least) {
      problem(
        name,
        `${all[name]} ms is below ${least} ms, within which an API server may not answer`,
        "leave it out for its default",
      );
    }
  }
  if (duration > MOST_MS)
    problem("duration", `${duration} ms: nobody would sequence for so long`, `use ${MOST_MS / 1000}s or less`);
  if (duration % 1000 !== 0) {
    problem("duration", `${duration} ms: a Lease counts whole seconds`, "use a whole number of seconds");
  }
  if (renewDeadline < 2 * retry) {
    const message = `${renewDeadline} ms leaves no second attempt after one every ${retry} ms`;
    problem("renewDeadline", message, "use at least twice retry");
  }
  const last = renewDeadline + killGrace;
  if (last + MARGIN_MS > duration) {
    problem(
      "duration",
      `${duration} ms: a sequencer may live ${last} ms after its last renewal ` +
        `(renewDeadline ${renewDeadline} ms + killGrace ${killGrace} ms), and ${MARGIN_MS} ms have to be left`,
      `use ${Math.ceil((last + MARGIN_MS) / 1000)}s or more, or shorten the others`,
    );
  }
  return problems;
}
