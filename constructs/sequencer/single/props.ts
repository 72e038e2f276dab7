import type { SequencerProps } from "../sequencer";
import type { OpStackSequencerProps } from "../software/op-stack/props";

/** A single sequencer takes what every sequencer of its software takes. */
export type SingleSequencerProps = SequencerProps | OpStackSequencerProps;

/** Whether its software is the OP Stack, and not ev-node. */
export function isOpStack(props: SingleSequencerProps): props is OpStackSequencerProps {
  return "images" in props.software;
}
