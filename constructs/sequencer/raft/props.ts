import type { Shape } from "../../kubernetes/known";
import type { MeshSecurity } from "../mesh/member-mesh";
import { SEQUENCER_SHAPE, type SequencerProps } from "../sequencer";
import type { RaftTimingProps } from "./timing";

/** Sizes of a quorum that survives one, two or three lost members. */
export type RaftMembers = 3 | 5 | 7;

export interface RaftSequencerProps extends SequencerProps, RaftTimingProps {
  /** Fixed for the life of the raft: ev-node can add or remove none. @default 3 */
  readonly members?: RaftMembers;
  /** How members know each other on the network. */
  readonly mesh: MeshSecurity;
}

/** What decides the shape of a raft beside that of any sequencer. */
export const RAFT_SHAPE: Shape<RaftSequencerProps> = {
  ...SEQUENCER_SHAPE,
  mesh: { kind: true },
  rttMax: true,
  maintenanceWindow: true,
  settings: true,
};
