import type { Shape } from "../../kubernetes/known";
import { SEQUENCER_SHAPE, type SequencerProps } from "../sequencer";
import type { LeaseTiming } from "./timing";

export interface LeaseSequencerProps extends SequencerProps {
  /** @default {} */
  readonly timing?: LeaseTiming;
  /** A Node.js image for the agent. @default - a release of Node.js 22, by tag */
  readonly agentImage?: string;
}

/** What decides the shape of a pair beside that of any sequencer. */
export const LEASE_SHAPE: Shape<LeaseSequencerProps> = { ...SEQUENCER_SHAPE, timing: true };
