import { type Duration, durationProblems, milliseconds } from "../../kubernetes/duration";
import type { Problem } from "../../kubernetes/problem";
import { blockTimeMs } from "../block-time";
import { CONDUCTOR } from "./engine";

/** What the timings of op-conductors follow from. */
export interface ConductorTimingProps {
  /** Largest round trip between two members. @default "10ms" - zones of one region */
  readonly rttMax?: Duration;
  /** Time between blocks. @default "1s" */
  readonly blockTime?: Duration;
}

/** op-conductor's own settings. */
export interface ConductorSettings {
  /** A follower that hears nothing for so long stands for election. */
  readonly heartbeatTimeoutMs: number;
  /** A leader that reaches no quorum for so long steps down. */
  readonly leaseTimeoutMs: number;
  readonly healthIntervalSeconds: number;
  /** A node whose newest block is older is unhealthy, and loses leadership. */
  readonly unsafeIntervalSeconds: number;
  readonly minPeerCount: number;
}

/**
 * So that a busy CPU is not taken for a lost member. A lease as long as the heartbeat delays no election, which
 * followers call; with half of it a leader gave way 30 times in 5 minutes, on two cores at a load of 35.
 */
const LEAST_MS = 250;
/** hashicorp/raft's election timeout, which op-conductor cannot set: a heartbeat may not be longer. */
export const ELECTION_MS = 1000;
/** The longest failovers took 2.5 s: a new leader must not be unhealthy because of the last one's gap. */
export const FAILOVER_SECONDS = 3;

const DEFAULT_RTT: Duration = "10ms";

/**
 * Heartbeat 4 × RTT and a lease of half of it, as for ev-node's raft, none below the floor; health from the block time.
 * A member is healthy while it has the peers that remain after the largest tolerated loss.
 */
export function conductorSettings(props: ConductorTimingProps, members: number): ConductorSettings {
  const heartbeat = Math.max(4 * milliseconds(props.rttMax ?? DEFAULT_RTT), LEAST_MS);
  return {
    heartbeatTimeoutMs: heartbeat,
    leaseTimeoutMs: Math.max(Math.floor(heartbeat / 2), LEAST_MS),
    healthIntervalSeconds: 1,
    unsafeIntervalSeconds: Math.ceil(blockTimeMs(props) / 1000) + FAILOVER_SECONDS,
    minPeerCount: Math.max(1, CONDUCTOR.survives(members)),
  };
}

/** What is wrong with the timings. */
export function conductorTimingProblems({ rttMax = DEFAULT_RTT }: ConductorTimingProps): Problem[] {
  const path = ["rttMax"];
  const problems = durationProblems([path, rttMax]);
  if (problems.length > 0 || 4 * milliseconds(rttMax) <= ELECTION_MS) return problems;
  const message =
    `${rttMax}: op-conductor needs a heartbeat of four of them, ` +
    `and no longer than its election timeout of ${ELECTION_MS} ms`;
  return [{ path, message, remedy: "run the members nearer to each other, at most 250ms apart" }];
}
