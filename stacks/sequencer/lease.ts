import { LeaseSequencer } from "../../constructs/sequencer/lease/lease-sequencer";
import type { LeaseSequencerProps } from "../../constructs/sequencer/lease/props";
import { leaseSequencerProblems } from "../../constructs/sequencer/lease/rules";
import type { Named } from "../../constructs/sequencer/rules";
import { propsOf } from "../placed";
import type { EngineInValues, Ha } from "./engine";

/** `ha.lease` of the values. */
export const lease: EngineInValues<Ha<"lease">, Named<LeaseSequencerProps>> = {
  props: (shared, own) =>
    propsOf<Named<LeaseSequencerProps>>(own.path, {
      ...shared.evNode(),
      timing: own.as(({ agentImage: _, ...timing }) => timing),
      agentImage: own.at("agentImage"),
    }),
  problemsOf: leaseSequencerProblems,
  create: (scope, id, props) => new LeaseSequencer(scope, id, props),
  usesHelm: () => true,
};
