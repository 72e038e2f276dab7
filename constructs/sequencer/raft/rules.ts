import type { Problem } from "../../kubernetes/problem";
import { blockTimeMs } from "../block-time";
import { meshNameProblems, type Named, sequencerProblems } from "../rules";
import { RAFT } from "./engine";
import type { RaftSequencerProps } from "./props";
import { raftTimingProblems } from "./timing";

/** Everything that is wrong with the props of a raft. */
export function raftSequencerProblems({ members = 3, ...props }: Named<RaftSequencerProps>): Problem[] {
  return [...raftProblems({ ...props, members }), ...sequencerProblems(props, RAFT, members)];
}

function raftProblems(props: Omit<Named<RaftSequencerProps>, "members"> & { readonly members: number }): Problem[] {
  return [
    ...memberProblems(props.members),
    ...raftTimingProblems(blockTimeMs(props), props),
    ...meshNameProblems(props),
  ];
}

/** Why a number of members is no raft. */
function memberProblems(members: number): Problem[] {
  if (RAFT.members.includes(members)) return [];
  const problem = (message: string, remedy: Problem["remedy"]) => [{ path: ["members"], message, remedy }];
  if (members === 1)
    return problem(
      "a raft of 1 can never grow",
      called => `use ${called("SingleSequencer")} now, and docs/runbooks/single-to-ha.md later`,
    );
  if (members === 2)
    return problem(
      "a raft of 2 stops when either is lost",
      called => `use 3, or ${called("LeaseSequencer")} for a pair`,
    );
  if (members > 7) return problem(`${members} members: every block waits for a quorum of them`, "use 3, 5 or 7");
  if (members % 2 === 0 && members > 0) {
    return problem(
      `${members} is even: a quorum of ${members} survives no more failures than one of ${members - 1}`,
      `use ${members - 1} or ${members + 1}`,
    );
  }
  return problem(`${members} members make no raft`, "use 3, 5 or 7");
}
