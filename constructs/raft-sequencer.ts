import type { MeshSecurity } from "./member-mesh";
import { refuse } from "./problem";
import { type RaftTimingProps, raftSettings } from "./raft-timing";
import { DEFAULT_BLOCK_TIME_MS, type SequencerProps } from "./sequencer";
import { SequencerNode } from "./sequencer-node";
import { raftProblems } from "./sequencer-rules";
import { EV_NODE_PORTS } from "./software/ev-node";
import type { Construct } from "./terraform";

/** Sizes of a quorum that survives one, two or three lost members. */
export type RaftMembers = 3 | 5 | 7;

export interface RaftSequencerProps extends SequencerProps, RaftTimingProps {
  /** Fixed for the life of the raft: ev-node can add or remove none. @default 3 */
  readonly members?: RaftMembers;
  /** How members know each other on the network. */
  readonly mesh: MeshSecurity;
}

/**
 * A sequencer of 3, 5 or 7 members on ev-node's embedded raft: one signs, and when it is lost another takes over in about a second.
 * No block goes out that a quorum has not stored, so there are never two writers.
 *
 * Creates: ServiceAccount; ConfigMaps `<name>-config` and `<name>-mesh`; Services `<name>` (writes, through the `LeaderProxy`),
 * `<name>-read`, `<name>-headless` and `<name>-<i>` per member; StatefulSet with a volume per member, kept when it is deleted;
 * PodDisruptionBudgets; NetworkPolicies; the proxy's Deployment, ServiceAccount and ConfigMap; a Role per action of an operator, bound to
 * nobody; with cert-manager a Helm release with the certificate.
 */
export class RaftSequencer extends SequencerNode {
  constructor(scope: Construct, id: string, props: RaftSequencerProps) {
    const members = props.members ?? 3;
    refuse(`raft sequencer ${props.name ?? id}`, raftProblems({ ...props, members }));
    super(scope, id, props, {
      mode: "raft",
      members,
      raft: raftSettings(props.blockTimeMs ?? DEFAULT_BLOCK_TIME_MS, props),
      mesh: props.mesh,
      leaderCheck: { path: "/raft/node", port: EV_NODE_PORTS.rpc, expect: "is_leader" },
    });
  }
}
