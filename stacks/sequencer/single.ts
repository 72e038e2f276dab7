import { singleSequencerProblems } from "../../constructs/sequencer/single/rules";
import { SingleSequencer } from "../../constructs/sequencer/single/single-sequencer";
import { propsOf } from "../placed";
import type { EngineInValues, Ha } from "./engine";
import type { SequencerPropsNamed } from "./props";

/** `ha.single` of the values. */
export const single: EngineInValues<Ha<"single">, SequencerPropsNamed> = {
  props: (shared, own) => propsOf<SequencerPropsNamed>(own.path, shared.evNode()),
  problemsOf: singleSequencerProblems,
  create: (scope, id, props) => new SingleSequencer(scope, id, props),
  usesHelm: () => false,
};
