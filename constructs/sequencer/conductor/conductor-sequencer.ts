import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { SequencerNode } from "../member/node";
import { opStackParts } from "../software/op-stack/parts";
import { CONDUCTOR } from "./engine";
import { CONDUCTOR_SHAPE, type ConductorSequencerProps } from "./props";
import { conductorSequencerProblems } from "./rules";
import { underConductor } from "./sequencing";

/**
 * A sequencer of an OP Stack chain with 3, 5 or 7 members: op-node, an execution client and op-conductor each. The
 * conductors elect the leader. A block is gossiped only after a quorum of them has stored it. They found their raft by
 * themselves, on the genesis block, without a call of their RPC.
 *
 * More members may be deployed at any time: the leader takes them in. Fewer need `rollup-network sequencer members
 * --remove` first.
 *
 * op-geth is the only execution client that was run with it.
 *
 * Creates: ServiceAccount; ConfigMaps `<name>-config` and `<name>-mesh`; Services `<name>` (JSON-RPC of the leader's
 * execution client, through the `LeaderProxy`), `<name>-read` (of any that is ready), `<name>-headless`, and
 * `<name>-<i>` per member; StatefulSet with two volumes per member, kept when it is deleted; PodDisruptionBudgets;
 * NetworkPolicies; the proxy's Deployment, ServiceAccount and ConfigMap; a Role per action of an operator, bound to
 * nobody; with cert-manager a Helm release with the certificate; and for `software.batcher` and `software.proposer` a
 * Deployment each, with ServiceAccount, ConfigMap, PodDisruptionBudget and NetworkPolicy.
 */
export class ConductorSequencer extends SequencerNode {
  constructor(scope: Construct, id: string, props: ConductorSequencerProps) {
    mustBeKnown(`ConductorSequencer ${id}`, props, CONDUCTOR_SHAPE);
    const { members = 3, mesh: security } = props;
    super(scope, id, props, {
      engine: CONDUCTOR,
      node: opStackParts(props, underConductor(props, members)),
      members,
      problems: conductorSequencerProblems({ ...props, name: nameOf(id, props) }),
      security,
    });
  }
}
