import { LeaseSequencer } from "../../constructs/sequencer/lease/lease-sequencer";
import type { LeaseSequencerProps } from "../../constructs/sequencer/lease/props";
import { leaseProblems } from "../../constructs/sequencer/lease/rules";
import { inMilliseconds } from "./durations";
import { type EngineInValues, type Ha, withoutUnit } from "./engine";

/** `ha.lease` of the values. */
export const lease: EngineInValues<Ha<"lease">> = {
  problems: (props, values) => leaseProblems({ ...props, ...leaseProps(values) }),
  create: (scope, id, props, values) => new LeaseSequencer(scope, id, { ...props, ...leaseProps(values) }),
  usesHelm: () => true,
  places: {
    timing: ([setting]) => [withoutUnit(setting)],
    agentImage: () => ["agentImage"],
  },
};

/** What a pair takes beside that. */
function leaseProps({ duration, renewDeadline, retry, killGrace, catchupTimeout, agentImage }: Ha<"lease">) {
  const times = {
    durationMs: duration,
    renewDeadlineMs: renewDeadline,
    retryMs: retry,
    killGraceMs: killGrace,
    catchupTimeoutMs: catchupTimeout,
  };
  return { timing: inMilliseconds(times), agentImage } satisfies Partial<LeaseSequencerProps>;
}
