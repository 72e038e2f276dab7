import { LeaseSequencer } from "../../constructs/sequencer/lease/lease-sequencer";
import type { LeaseSequencerProps } from "../../constructs/sequencer/lease/props";
import { leaseProblems } from "../../constructs/sequencer/lease/rules";
import { type EngineInValues, type Ha, sameIn } from "./engine";

/** `ha.lease` of the values. */
export const lease: EngineInValues<Ha<"lease">> = {
  problems: (props, values) => leaseProblems({ ...props, ...leaseProps(values) }),
  create: (scope, id, props, values) => new LeaseSequencer(scope, id, { ...props, ...leaseProps(values) }),
  usesHelm: () => true,
  places: {
    timing: rest => rest,
    ...sameIn("agentImage"),
  },
};

function leaseProps({ agentImage, ...timing }: Ha<"lease">) {
  return { timing, agentImage } satisfies Partial<LeaseSequencerProps>;
}
