import type { Shape } from "../../kubernetes/known";
import type { MeshSecurity } from "../mesh/member-mesh";
import { OP_STACK_SHAPE, type OpStackSequencerProps } from "../software/op-stack/props";
import type { ConductorTimingProps } from "./timing";

/** Sizes of a quorum that survives one, two or three lost members. */
export type ConductorMembers = 3 | 5 | 7;

export interface ConductorSequencerProps extends OpStackSequencerProps, ConductorTimingProps {
  /** @default 3 */
  readonly members?: ConductorMembers;
  /** How members know each other on the network. */
  readonly mesh: MeshSecurity;
  /**
   * Who founds the members' raft: themselves, on the genesis block; or an operator by `rollup-network sequencer found`,
   * for a chain that has blocks. Empty members of such a chain wait, where others would make its first blocks again.
   * @default "members" - for a chain that `software.network` names "command"
   */
  readonly founding?: "members" | "command";
}

/** What decides the shape: the files that found the raft hold the members' names in DNS. */
export const CONDUCTOR_SHAPE: Shape<ConductorSequencerProps> = {
  ...OP_STACK_SHAPE,
  namespace: true,
  clusterDomain: true,
  mesh: { kind: true },
  rttMax: true,
  founding: true,
};
