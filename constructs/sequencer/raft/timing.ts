import type { Problem } from "../../kubernetes/problem";

/** ev-node's raft settings, each a flag `--evnode.raft.<name in snake case>`. All times in milliseconds. */
export interface RaftSettings {
  /** A follower that hears nothing for so long stands for election. @default 4 × rttMaxMs, at least 160 */
  readonly heartbeatTimeoutMs: number;
  /**
   * An election without a winner starts again after this. @default 16 × rttMaxMs, at least 160 and the heartbeat
   * timeout
   */
  readonly electionTimeoutMs: number;
  /**
   * A leader that reaches no quorum for so long steps down; never more than the heartbeat timeout. @default half of
   * that, at least 160 where that is as long
   */
  readonly leaderLeaseTimeoutMs: number;
  /**
   * Bound of one commit; five times it bounds a member's drain and a winner's wait for its block store. @default 3 ×
   * rttMaxMs, at least 250
   */
  readonly sendTimeoutMs: number;
  /** Snapshot files kept. @default 3, upstream's; at 0 there would be none to restart from */
  readonly snapCount: number;
  /** Log entries after which a snapshot is taken. @default a quarter of `trailingLogs`, at least 500 */
  readonly snapshotThreshold: number;
  /**
   * Log entries kept behind a snapshot: who was away no longer catches up from the log. @default the maintenance
   * window's, at least 200
   */
  readonly trailingLogs: number;
}

/** What the timings of a raft follow from. */
export interface RaftTimingProps {
  /** Largest round trip between two members, in milliseconds. @default 10 - zones of one region */
  readonly rttMaxMs?: number;
  /**
   * How long a member may be away and still catch up from the log, in milliseconds. @default 3,600,000 - an hour of
   * maintenance
   */
  readonly maintenanceWindowMs?: number;
  /** Single settings, over what is derived. @default {} */
  readonly raft?: Partial<RaftSettings>;
}

/**
 * What is derived is never below these, so that a busy CPU is not taken for a lost member: a leader that is not heard
 * in time is deposed, which ends its process and costs two to five seconds. With 160 ms none was in ten rolling
 * restarts, on two cores for three nodes (docs/evidence/raft-failover.md); with 150 ms one was, and 200 ms kept a
 * killed leader's heir waiting for 50 ms more. A lease as long as the heartbeat delays no election, which followers
 * call; a long election timeout does, when votes are split.
 */
const FLOORS = {
  heartbeatTimeoutMs: 160,
  electionTimeoutMs: 160,
  leaderLeaseTimeoutMs: 160,
  sendTimeoutMs: 250,
} as const;

/** What may be set by hand, on hosts with CPU to spare: upstream's own timings for the shortest round trips. */
const LEAST = { heartbeatTimeoutMs: 92, leaderLeaseTimeoutMs: 46, sendTimeoutMs: 50 } as const;

/** Between zones of one region. */
const DEFAULT_RTT_MS = 10;

/** A block costs three entries: two barriers, which make sure of the quorum, and the block itself. */
const ENTRIES_PER_BLOCK = 3;

/**
 * Raft settings by upstream's formulas: heartbeat 4 × RTT, election 16 × RTT, lease half the heartbeat, send 3 × RTT,
 * none below the floors; so an election is 4 × the heartbeat only above them. A heartbeat timeout that is set by hand
 * takes the lease with it. Logs reach back over the maintenance window; a snapshot is due after a quarter of that,
 * upstream's production ratio.
 */
export function raftSettings(blockTimeMs: number, props: RaftTimingProps = {}): RaftSettings {
  const rtt = props.rttMaxMs ?? DEFAULT_RTT_MS;
  const heartbeat = props.raft?.heartbeatTimeoutMs ?? Math.max(4 * rtt, FLOORS.heartbeatTimeoutMs);
  const entries = Math.ceil(((props.maintenanceWindowMs ?? 3_600_000) / blockTimeMs) * ENTRIES_PER_BLOCK);
  const trailingLogs = props.raft?.trailingLogs ?? Math.max(entries, 200);
  return {
    heartbeatTimeoutMs: heartbeat,
    electionTimeoutMs: Math.max(16 * rtt, heartbeat, FLOORS.electionTimeoutMs),
    leaderLeaseTimeoutMs: Math.min(heartbeat, Math.max(heartbeat / 2, FLOORS.leaderLeaseTimeoutMs)),
    sendTimeoutMs: Math.max(3 * rtt, FLOORS.sendTimeoutMs),
    snapCount: 3,
    snapshotThreshold: Math.max(Math.ceil(trailingLogs / 4), 500),
    trailingLogs,
    ...props.raft,
  };
}

/** What is wrong with settings, wherever they came from. */
export function raftTimingProblems(blockTimeMs: number, props: RaftTimingProps): Problem[] {
  const settings = raftSettings(blockTimeMs, props);
  const problems: Problem[] = [];
  const roundTrip = props.rttMaxMs ?? DEFAULT_RTT_MS;
  for (const [name, upstream] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    const least = Math.max(upstream, 2 * roundTrip);
    if (props.raft?.[name] === undefined || settings[name] >= least) continue;
    const why = least === upstream ? "upstream's least" : `two round trips of rttMax, ${roundTrip} ms`;
    problems.push({
      path: ["raft", name],
      message: `${settings[name]} ms is below ${least} ms, ${why}`,
      remedy: "leave it out: it is derived from rttMax",
    });
  }
  const { leaderLeaseTimeoutMs: lease, heartbeatTimeoutMs: heartbeat, electionTimeoutMs: election } = settings;
  if (lease > heartbeat)
    problems.push(outOfOrder("leaderLeaseTimeoutMs", lease, "heartbeat timeout", heartbeat, "above"));
  if (election < heartbeat)
    problems.push(outOfOrder("electionTimeoutMs", election, "heartbeat timeout", heartbeat, "below"));
  for (const name of ["snapCount", "snapshotThreshold", "trailingLogs"] as const) {
    if (settings[name] >= 1) continue;
    problems.push({
      path: ["raft", name],
      message: `${settings[name]} keeps nothing to restart from`,
      remedy: "leave it out",
    });
  }
  return problems;
}

function outOfOrder(name: keyof RaftSettings, value: number, other: string, limit: number, how: string): Problem {
  return {
    path: ["raft", name],
    message: `${value} ms is ${how} the ${other} of ${limit} ms; raft needs leader lease ≤ heartbeat ≤ election`,
    remedy: "leave the three out: they are derived from rttMax",
  };
}
