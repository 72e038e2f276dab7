import type { SequencerProps } from "../sequencer";
import type { LeaseTiming } from "./timing";

export interface LeaseSequencerProps extends SequencerProps {
  /** @default {} */
  readonly timing?: LeaseTiming;
  /** A Node.js image for the agent. @default - a release of Node.js 22, by tag */
  readonly agentImage?: string;
}
