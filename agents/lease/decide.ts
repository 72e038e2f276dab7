/*!
 * Whether a Lease that this agent does not hold is free for it. Time is the local clock alone: a Lease has expired when
 * it was seen unchanged for its whole duration. Its holder's node is dead by then, because its deadlines count from
 * before the last renewal was sent. The write that takes it names the version seen, so a pause between the look and the
 * write does no harm.
 */
import type { Timings } from "./config";
import type { Lease } from "./lease";

/** What the agent remembers from one look to the next. */
export interface Seen {
  readonly version: string;
  /** Since when the Lease has been this version. */
  readonly since: number;
  readonly handoffTo?: string;
  /** Since when that handoff has been asked for. */
  readonly handoffSince: number;
}

/** `now` is the time after the answer came: the Lease was written before it. */
export function look(lease: Lease, before: Seen | undefined, now: number): Seen {
  const { version, handoffTo } = lease;
  return {
    version,
    since: before?.version === version ? before.since : now,
    handoffTo,
    handoffSince: before?.handoffTo === handoffTo && before ? before.handoffSince : now,
  };
}

export interface Self {
  readonly pod: string;
  readonly instance: string;
  readonly candidates: readonly string[];
  readonly timings: Timings;
}

export type Decision =
  | { readonly wait: string }
  /**
   * To be taken at once by an agent whose node is level, later by one whose node has all blocks, and from a time on by
   * any.
   */
  | { readonly take: string; readonly completeFrom: number; readonly unreadyFrom: number };

/** Beyond what a pod that was deleted takes to be back, with the blocks that nobody else has. */
const AWAY_MS = 30_000;

/** @param latest the highest token known: a Lease that came back from a backup says nothing of the last blocks */
export function decide(lease: Lease, seen: Seen, self: Self, now: number, latest = lease.token): Decision {
  const { duration, retry } = self.timings;
  if (lease.paused) return { wait: "paused" };
  const target = handoffTarget(lease, seen, self, now);
  if (target && target !== self.pod) return { wait: `handed over to ${target}` };
  const expires = seen.since + Math.max(duration, lease.durationMs);
  const siblingsTurn = 3 * retry; // a level one looks at least twice meanwhile
  const last = self.candidates.find(candidate => candidate === lease.lastSequencer && lease.token === latest);
  const from = (time: number, unknown = time) => {
    // The pod that made the last blocks comes first: others may lack some, and would sign those heights anew.
    const [complete, unready] =
      !last || last === self.pod ? [time, last ? time : unknown] : [time + duration, Math.max(unknown, time + AWAY_MS)];
    return { completeFrom: complete + siblingsTurn, unreadyFrom: unready + siblingsTurn };
  };
  if (lease.holder === "") {
    if (!lease.used) return { take: "never held", ...from(seen.since) };
    // While a handoff keeps the one away that was level, another that is not must not use its absence.
    const kept = self.candidates.includes(lease.handoffTo ?? "") ? handoffEnds(seen, self) : 0;
    return { take: target ? "handed over" : "released", ...from(seen.since, Math.max(seen.since + duration, kept)) };
  }
  if (lease.holder === self.pod && lease.instance === self.instance) {
    return { take: "own write without an answer", completeFrom: now, unreadyFrom: now };
  }
  if (now < expires) return { wait: `held by ${lease.holder}` };
  return { take: `expired, held by ${lease.holder}`, ...from(expires) };
}

/**
 * The pod that the Lease is to go to. A target that does not come within two durations, or that is none, is as good as
 * none.
 */
export function handoffTarget(lease: Lease, seen: Seen, self: Self, now: number): string | undefined {
  const { handoffTo } = lease;
  if (!handoffTo || !self.candidates.includes(handoffTo)) return undefined;
  return now < handoffEnds(seen, self) ? handoffTo : undefined;
}

const handoffEnds = ({ handoffSince }: Seen, { timings }: Self) => handoffSince + 2 * timings.duration;
