import { monitored } from "./monitored";

/** An OP Stack sequencer that Prometheus watches. */
export const OP_STACK_WATCHED = { namespace: "alerts-op", set: monitored("sequencer") } as const;
