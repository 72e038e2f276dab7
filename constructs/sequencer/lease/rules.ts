import { NODE_IMAGE } from "../../kubernetes/fail-fast-gate";
import { imageProblem } from "../../kubernetes/image";
import type { Problem } from "../../kubernetes/problem";
import type { LeaseSequencerProps } from "./props";
import { leaseTimingProblems } from "./timing";

/** What a pair may not be, beside what no sequencer may. */
export function leaseProblems({
  timing = {},
  agentImage,
  requireDigest = false,
}: Pick<LeaseSequencerProps, "timing" | "agentImage" | "requireDigest">): Problem[] {
  const fault = imageProblem(agentImage ?? NODE_IMAGE, requireDigest);
  return [...leaseTimingProblems(timing), ...(fault ? [{ path: ["agentImage"], ...fault }] : [])];
}
