import { NODE_IMAGE } from "../../kubernetes/fail-fast-gate";
import { imageProblem } from "../../kubernetes/image";
import type { Problem } from "../../kubernetes/problem";
import { type Named, sequencerProblems } from "../rules";
import { LEASE } from "./engine";
import type { LeaseSequencerProps } from "./props";
import { leaseTimingProblems } from "./timing";

/** Everything that is wrong with the props of a pair. */
export function leaseSequencerProblems(props: Named<LeaseSequencerProps>): Problem[] {
  const { timing = {}, agentImage = NODE_IMAGE, requireDigest = false } = props;
  const fault = imageProblem(agentImage, requireDigest);
  return [
    ...leaseTimingProblems(timing),
    ...(fault ? [{ path: ["agentImage"], ...fault }] : []),
    ...sequencerProblems(props, LEASE, LEASE.members[0] as number),
  ];
}
