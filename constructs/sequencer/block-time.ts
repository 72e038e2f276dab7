import { type Duration, milliseconds } from "../kubernetes/duration";

/** Upstream's. */
const DEFAULT: Duration = "1s";

/** The time between blocks of a sequencer, in milliseconds. */
export function blockTimeMs({ blockTime = DEFAULT }: { readonly blockTime?: Duration }): number {
  return milliseconds(blockTime);
}
