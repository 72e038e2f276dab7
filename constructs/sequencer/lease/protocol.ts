/*! What the construct, the agent in the pods and the commands have to agree on; bundled into the agent. */

/** Port of the lease agent: `/leader`, `/healthz`, `/metrics`. */
export const LEASE_AGENT_PORT = 9103;

/** Annotations of the Lease. */
export const PAUSED = "rollup-network/paused";
/** Who paused, when and why. An Event tells it too, and is gone after an hour. */
export const PAUSED_BY = "rollup-network/paused-by";
export const HANDOFF_TO = "rollup-network/handoff-to";
/** The agent process that acquired: tells an own write whose answer was lost from that of a pod of the same name. */
export const INSTANCE = "rollup-network/holder-instance";
/** The pod that made the last blocks: it has all of them, whoever has held the Lease since. */
export const LAST_SEQUENCER = "rollup-network/last-sequencer";
/** The newest block of the last pod that could say it as it gave the Lease back: who lacks it would sign it again. */
export const LAST_HEIGHT = "rollup-network/last-height";

/** Timings by default, in milliseconds, and the least of each, within which an API server may not answer. */
export const LEASE_TIMINGS = {
  duration: { usual: 5000, least: 1000 },
  renewDeadline: { usual: 3000, least: 300 },
  retry: { usual: 500, least: 50 },
  killGrace: { usual: 1000, least: 100 },
} as const;

/** How long a new holder that was not level looks for blocks of its peers. */
export const CATCHUP_MS = 2000;

/** Nobody would sequence for longer after a holder is lost; follow-lease.sh refuses deadlines beyond a minute. */
export const MOST_MS = 59_000;

/**
 * Between the KILL of the old aggregator and the start of a new one: what the poll of the script and a busy machine
 * take.
 */
export const MARGIN_MS = 250;
