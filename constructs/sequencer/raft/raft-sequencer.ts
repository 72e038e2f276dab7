import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { blockTimeMs } from "../block-time";
import { evNodeParts } from "../member/ev-node-parts";
import { SequencerNode } from "../member/node";
import { RAFT } from "./engine";
import { RAFT_SHAPE, type RaftSequencerProps } from "./props";
import { raftSequencerProblems } from "./rules";
import { raftSettings } from "./timing";

/**
 * A sequencer of 3, 5 or 7 members on ev-node's embedded raft: one signs, and when it is lost another takes over in
 * about a second. No block goes out that a quorum has not stored, so there are never two writers.
 *
 * Creates: ServiceAccount; ConfigMaps `<name>-config` and `<name>-mesh`; Services `<name>` (writes, through the
 * `LeaderProxy`), `<name>-read`, `<name>-headless` and `<name>-<i>` per member; StatefulSet with a volume per member,
 * kept when it is deleted; PodDisruptionBudgets; NetworkPolicies; the proxy's Deployment, ServiceAccount and ConfigMap;
 * a Role per action of an operator, bound to nobody; with cert-manager a Helm release with the certificate.
 */
export class RaftSequencer extends SequencerNode {
  constructor(scope: Construct, id: string, props: RaftSequencerProps) {
    mustBeKnown(`RaftSequencer ${id}`, props, RAFT_SHAPE);
    const members = props.members ?? 3;
    super(scope, id, props, {
      engine: RAFT,
      members,
      problems: raftSequencerProblems({ ...props, name: nameOf(id, props) }),
      node: evNodeParts(props, RAFT, { raft: raftSettings(blockTimeMs(props), props) }),
      security: props.mesh,
    });
  }
}
