import { type Duration, durationProblems, milliseconds } from "../../kubernetes/duration";
import type { Problem } from "../../kubernetes/problem";

/** ev-node's raft settings, each a flag `--evnode.raft.<name in snake case>`. */
export interface RaftSettings {
  /** A follower that hears nothing for so long stands for election. @default 4 × rttMax, at least 160ms */
  readonly heartbeatTimeout: Duration;
  /**
   * An election without a winner starts again after this. @default 16 × rttMax, at least 160ms and the heartbeat
   * timeout
   */
  readonly electionTimeout: Duration;
  /**
   * A leader that reaches no quorum for so long steps down; never more than the heartbeat timeout. @default half of
   * that, at least 160ms where that is as long
   */
  readonly leaderLeaseTimeout: Duration;
  /**
   * Bound of one commit; five times it bounds a member's drain and a winner's wait for its block store. @default 3 ×
   * rttMax, at least 250ms
   */
  readonly sendTimeout: Duration;
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
  /** Largest round trip between two members. @default "10ms" - zones of one region */
  readonly rttMax?: Duration;
  /**
   * How long a member may be away and still catch up from the log. @default "1h" - an hour of
   * maintenance
   */
  readonly maintenanceWindow?: Duration;
  /** Single settings, over what is derived. @default {} */
  readonly settings?: Partial<RaftSettings>;
}

/**
 * What is derived is never below these, so that a busy CPU is not taken for a lost member: a leader that is not heard
 * in time is deposed, which ends its process and costs two to five seconds. With 160 ms none was in ten rolling
 * restarts, on two cores for three nodes (docs/evidence/raft-failover.md); with 150 ms one was, and 200 ms kept a
 * killed leader's heir waiting for 50 ms more. A lease as long as the heartbeat delays no election, which followers
 * call; a long election timeout does, when votes are split.
 */
const FLOORS = {
  heartbeatTimeout: 160,
  electionTimeout: 160,
  leaderLeaseTimeout: 160,
  sendTimeout: 250,
} as const;

/** The least that may be set by hand, for hosts with spare CPU: upstream's timings for the shortest round trips. */
const LEAST = { heartbeatTimeout: 92, leaderLeaseTimeout: 46, sendTimeout: 50 } as const;

/** Between zones of one region. */
const DEFAULT_RTT: Duration = "10ms";
const DEFAULT_WINDOW: Duration = "1h";

const TIMES = ["heartbeatTimeout", "electionTimeout", "leaderLeaseTimeout", "sendTimeout"] as const;
type InMs = Record<keyof RaftSettings, number>;

/** A block takes three log entries: the block, and two barriers that confirm the quorum. */
const ENTRIES_PER_BLOCK = 3;

/**
 * Raft settings by upstream's formulas: heartbeat 4 × RTT, election 16 × RTT, lease half the heartbeat, send 3 × RTT,
 * none below the floors; so an election is 4 × the heartbeat only above them. A heartbeat timeout that is set by hand
 * takes the lease with it. Logs reach back over the maintenance window; a snapshot is due after a quarter of that,
 * upstream's production ratio.
 */
export function raftSettings(blockTimeMs: number, props: RaftTimingProps = {}): RaftSettings {
  const settings = settingsInMs(blockTimeMs, props);
  const times = TIMES.map(name => [name, `${settings[name]}ms`]);
  return { ...settings, ...Object.fromEntries(times) };
}

function settingsInMs(blockTimeMs: number, props: RaftTimingProps): InMs {
  const given: Partial<InMs> = Object.fromEntries(
    Object.entries(props.settings ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? milliseconds(value) : value]],
    ),
  );
  const rtt = milliseconds(props.rttMax ?? DEFAULT_RTT);
  const heartbeat = given.heartbeatTimeout ?? Math.max(4 * rtt, FLOORS.heartbeatTimeout);
  const window = milliseconds(props.maintenanceWindow ?? DEFAULT_WINDOW);
  const trailingLogs = given.trailingLogs ?? Math.max(Math.ceil((window / blockTimeMs) * ENTRIES_PER_BLOCK), 200);
  return {
    heartbeatTimeout: heartbeat,
    electionTimeout: Math.max(16 * rtt, heartbeat, FLOORS.electionTimeout),
    leaderLeaseTimeout: Math.min(heartbeat, Math.max(heartbeat / 2, FLOORS.leaderLeaseTimeout)),
    sendTimeout: Math.max(3 * rtt, FLOORS.sendTimeout),
    snapCount: 3,
    snapshotThreshold: Math.max(Math.ceil(trailingLogs / 4), 500),
    trailingLogs,
    ...given,
  };
}

/** What is wrong with settings, wherever they came from. */
export function raftTimingProblems(blockTimeMs: number, props: RaftTimingProps): Problem[] {
  const { rttMax = DEFAULT_RTT, maintenanceWindow, settings: given = {} } = props;
  const problems = durationProblems(
    [["rttMax"], rttMax],
    [["maintenanceWindow"], maintenanceWindow, "720h"],
    ...TIMES.map(name => [["settings", name], given[name]] as const),
  );
  if (problems.length > 0) return problems;
  const settings = settingsInMs(blockTimeMs, props);
  const roundTrip = milliseconds(rttMax);
  for (const [name, upstream] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    const least = Math.max(upstream, 2 * roundTrip);
    if (given[name] === undefined || settings[name] >= least) continue;
    const why = least === upstream ? "upstream's least" : `two round trips of rttMax, ${roundTrip} ms`;
    problems.push({
      path: ["settings", name],
      message: `${settings[name]} ms is below ${least} ms, ${why}`,
      remedy: "leave it out: it is derived from rttMax",
    });
  }
  const { leaderLeaseTimeout: lease, heartbeatTimeout: heartbeat, electionTimeout: election } = settings;
  if (lease > heartbeat)
    problems.push(outOfOrder("leaderLeaseTimeout", lease, "heartbeat timeout", heartbeat, "above"));
  if (election < heartbeat)
    problems.push(outOfOrder("electionTimeout", election, "heartbeat timeout", heartbeat, "below"));
  for (const name of ["snapCount", "snapshotThreshold", "trailingLogs"] as const) {
    if (settings[name] >= 1) continue;
    problems.push({
      path: ["settings", name],
      message: `${settings[name]} keeps nothing to restart from`,
      remedy: "leave it out",
    });
  }
  return problems;
}

function outOfOrder(name: keyof RaftSettings, value: number, other: string, limit: number, how: string): Problem {
  return {
    path: ["settings", name],
    message: `${value} ms is ${how} the ${other} of ${limit} ms; raft needs leader lease ≤ heartbeat ≤ election`,
    remedy: "leave the three out: they are derived from rttMax",
  };
}
