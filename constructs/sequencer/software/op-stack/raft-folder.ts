import { SEQUENCER_PATHS as PATHS } from "../../member/paths";

/** Where a member's op-conductor has its raft, and what an operator and the start script tell each other there. */
export const RAFT_FOLDER = {
  container: "conductor",
  path: `${PATHS.data}/raft`,
  /** Found the raft again at the next start. */
  again: "found-again",
  /** It was founded again at this start of the op-conductor. */
  done: "founded-again",
} as const;
