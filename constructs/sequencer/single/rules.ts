import type { Problem } from "../../kubernetes/problem";
import { type Named, sequencerProblems } from "../rules";
import { opStackParts } from "../software/op-stack/parts";
import { opStackProblems } from "../software/op-stack/rules";
import { SINGLE } from "./engine";
import { SINGLE_OP_STACK } from "./op-stack-engine";
import { isOpStack, type SingleSequencerProps } from "./props";
import { ALONE } from "./sequencing";

/** Everything that is wrong with the props of a single sequencer. */
export function singleSequencerProblems(props: Named<SingleSequencerProps>): Problem[] {
  if (!isOpStack(props)) return sequencerProblems(props, SINGLE, 1);
  const { images } = opStackParts(props, ALONE);
  return opStackProblems(props, { engine: SINGLE_OP_STACK, members: 1, images });
}
