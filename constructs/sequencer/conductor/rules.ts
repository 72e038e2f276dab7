import type { Problem } from "../../kubernetes/problem";
import { meshNameProblems, type Named } from "../rules";
import { opStackParts } from "../software/op-stack/parts";
import { opStackProblems } from "../software/op-stack/rules";
import { CONDUCTOR } from "./engine";
import type { ConductorSequencerProps } from "./props";
import { underConductor } from "./sequencing";
import { conductorTimingProblems } from "./timing";

/** Everything that is wrong with the props of a sequencer under op-conductor. */
export function conductorSequencerProblems(props: Named<ConductorSequencerProps>): Problem[] {
  const { members = 3, software, founding } = props;
  const { images } = opStackParts(props, underConductor(props, members));
  return [
    ...membersProblems(members),
    ...opStackProblems(props, { engine: CONDUCTOR, members, images }),
    ...meshNameProblems(props),
    ...conductorTimingProblems(props),
    ...(software.images.conductor === undefined
      ? [{ path: ["software", "images", "conductor"], message: "missing", remedy: "name an image of op-conductor" }]
      : []),
    ...(software.network !== undefined && founding === "members"
      ? [
          {
            path: ["founding"],
            message: `"members", and the chain ${software.network} has blocks`,
            remedy: 'leave it out: the command "sequencer found" founds the raft',
          },
        ]
      : []),
  ];
}

function membersProblems(members: number): Problem[] {
  if (CONDUCTOR.members.includes(members)) return [];
  const message = `${members} members: a quorum needs an odd number of them, and every block waits for it`;
  return [{ path: ["members"], message, remedy: "use 3, 5 or 7" }];
}
