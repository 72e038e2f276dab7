/** What Prometheus is to say of a fault: alerts, as `name severity`. */
interface OpStackFault {
  readonly fires: readonly string[];
  /** What is true as well while the fault lasts, and may fire beside them. */
  readonly explains?: readonly string[];
  /** What the fault explains too, and looks so far back that it fires long after. */
  readonly lasts?: readonly string[];
}

/** What an OP Stack sequencer is harmed by, with the alerts that only it has. */
export const OP_STACK_FAULTS = {
  "a rolling restart": { fires: [] },
  "an L1 that makes no blocks": {
    fires: [
      "SequencerSafeHeadBehind warning",
      "SequencerSafeHeadBehind critical",
      "SequencerBatcherStuck warning",
      "SequencerProposerStuck warning",
    ],
  },
  "op-batcher and op-proposer taken away": { fires: ["SequencerBatcherDown warning", "SequencerProposerDown warning"] },
  "a follower's op-conductor hung (SIGSTOP)": { fires: ["SequencerConductorDown warning"] },
  "a follower's execution client hung (SIGSTOP)": {
    fires: ["SequencerMemberUnhealthy warning"],
    explains: ["SequencerExecutionDown warning", "SequencerMemberBehind warning"],
  },
  "a poisoned raft": {
    fires: ["SequencerLeaderCannotStart critical", "SequencerUnhealthyLeaders warning"],
    explains: [
      "SequencerNoBlocks critical",
      "SequencerMemberUnhealthy warning",
      // The command that founds it again stops all members.
      "SequencerNoLeader critical",
      "SequencerNoQuorum critical",
      "SequencerMemberDown warning",
      "SequencerMemberBehind warning",
      "SequencerConductorDown warning",
      "SequencerExecutionDown warning",
      "SequencerMeshPeerUnreachable warning",
      "SequencerConnectionDropped warning",
    ],
    lasts: ["SequencerLeaderChanges warning"],
  },
} as const satisfies Readonly<Record<string, OpStackFault>>;

export type OpStackFaultName = keyof typeof OP_STACK_FAULTS;

/** One of them, with what is left out. */
export function opStackFault(name: OpStackFaultName): Required<OpStackFault> {
  return { explains: [], lasts: [], ...OP_STACK_FAULTS[name] };
}
