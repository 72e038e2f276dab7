import type { Problem } from "../../kubernetes/problem";
import { CATCHUP_MS, LEASE_TIMINGS, MARGIN_MS, MOST_MS } from "./protocol";

/** When a Lease passes from one member to the other; all in milliseconds. */
export interface LeaseTiming {
  /** A holder that has not renewed for so long is taken for dead. @default 5000 */
  readonly durationMs?: number;
  /** A holder that could not renew for so long ends its sequencer (SIGTERM). @default 3000 */
  readonly renewDeadlineMs?: number;
  /** Time between renewals, and between looks of the other. @default 500 */
  readonly retryMs?: number;
  /** From SIGTERM to SIGKILL. @default 1000 */
  readonly killGraceMs?: number;
  /**
   * How long a new holder that was not level waits for blocks of its peers before it makes its own
   * (`node.catchup_timeout`); it waits for the DA in any case, and looks once a DA block. @default 2000
   */
  readonly catchupTimeoutMs?: number;
}

/** The props that are timings of the protocol. */
const PROTOCOL = {
  durationMs: LEASE_TIMINGS.duration,
  renewDeadlineMs: LEASE_TIMINGS.renewDeadline,
  retryMs: LEASE_TIMINGS.retry,
  killGraceMs: LEASE_TIMINGS.killGrace,
} as const;
const TIMINGS = Object.keys(PROTOCOL) as (keyof typeof PROTOCOL)[];

export function leaseTiming(timing: LeaseTiming = {}): Required<LeaseTiming> {
  const { durationMs, renewDeadlineMs, retryMs, killGraceMs } = PROTOCOL;
  return {
    durationMs: durationMs.usual,
    renewDeadlineMs: renewDeadlineMs.usual,
    retryMs: retryMs.usual,
    killGraceMs: killGraceMs.usual,
    catchupTimeoutMs: CATCHUP_MS,
    ...timing,
  };
}

/** Timings under which two sequencers could run at once, or one would stop for nothing. */
export function leaseTimingProblems(props: LeaseTiming): Problem[] {
  const timing = leaseTiming(props);
  const { durationMs, renewDeadlineMs, retryMs, killGraceMs } = timing;
  const problems: Problem[] = [];
  const problem = (name: keyof typeof PROTOCOL, message: string, remedy: string) =>
    problems.push({ path: ["timing", name], message, remedy });
  if (!(timing.catchupTimeoutMs > 0)) {
    const message = `${timing.catchupTimeoutMs} ms: a new holder would not catch up at all`;
    problems.push({ path: ["timing", "catchupTimeoutMs"], message, remedy: "leave it out for its default" });
  }
  for (const name of TIMINGS) {
    if (!(timing[name] > 0)) problem(name, `${timing[name]} ms: use more than 0`, "leave it out for its default");
  }
  if (problems.length > 0) return problems;
  for (const name of TIMINGS) {
    const { least } = PROTOCOL[name];
    if (timing[name] < least) {
      problem(
        name,
        `${timing[name]} ms is below ${least} ms, within which an API server may not answer`,
        "leave it out for its default",
      );
    }
  }
  if (durationMs > MOST_MS)
    problem("durationMs", `${durationMs} ms: nobody would sequence for so long`, `use ${MOST_MS / 1000}s or less`);
  if (durationMs % 1000 !== 0) {
    problem("durationMs", `${durationMs} ms: a Lease counts whole seconds`, "use a whole number of seconds");
  }
  if (renewDeadlineMs < 2 * retryMs) {
    const message = `${renewDeadlineMs} ms leaves no second attempt after one every ${retryMs} ms`;
    problem("renewDeadlineMs", message, "use at least twice retry");
  }
  const last = renewDeadlineMs + killGraceMs;
  if (last + MARGIN_MS > durationMs) {
    problem(
      "durationMs",
      `${durationMs} ms: a sequencer may live ${last} ms after its last renewal ` +
        `(renewDeadline ${renewDeadlineMs} ms + killGrace ${killGraceMs} ms), and ${MARGIN_MS} ms have to be left`,
      `use ${Math.ceil((last + MARGIN_MS) / 1000)}s or more, or shorten the others`,
    );
  }
  return problems;
}
