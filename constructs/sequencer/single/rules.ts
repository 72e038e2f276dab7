import type { Problem } from "../../kubernetes/problem";
import { type Named, sequencerProblems } from "../rules";
import type { SequencerProps } from "../sequencer";
import { SINGLE } from "./engine";

/** Everything that is wrong with the props of a single sequencer. */
export function singleSequencerProblems(props: Named<SequencerProps>): Problem[] {
  return sequencerProblems(props, SINGLE, 1);
}
