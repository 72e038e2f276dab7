import type { Named } from "../../constructs/sequencer/rules";
import type { SingleSequencerProps } from "../../constructs/sequencer/single/props";
import { singleSequencerProblems } from "../../constructs/sequencer/single/rules";
import { SingleSequencer } from "../../constructs/sequencer/single/single-sequencer";
import { propsOf } from "../placed";
import type { EngineInValues, Ha } from "./engine";
import { opStackProps } from "./op-stack";

/** `ha.single` of the values. */
export const single: EngineInValues<Ha<"single">, Named<SingleSequencerProps>> = {
  props: (shared, own) =>
    "opStack" in shared.sequencer.value.software
      ? propsOf(own.path, opStackProps(shared))
      : propsOf(own.path, shared.evNode()),
  problemsOf: singleSequencerProblems,
  create: (scope, id, props) => new SingleSequencer(scope, id, props),
  usesHelm: () => false,
};
