import { SingleSequencer } from "../../constructs/sequencer/single/single-sequencer";
import type { EngineInValues, Ha } from "./engine";

/** `ha.single` of the values. */
export const single: EngineInValues<Ha<"single">> = {
  problems: () => [],
  create: (scope, id, props) => new SingleSequencer(scope, id, props),
  usesHelm: () => false,
};
