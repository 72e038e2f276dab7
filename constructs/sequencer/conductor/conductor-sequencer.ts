import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { HAPROXY_IMAGE } from "../haproxy";
import { SequencerNode } from "../member/node";
import { opStackParts } from "../software/op-stack/parts";
import { submittersOf } from "../software/op-stack/submitters/kinds";
import { OpStackSubmitter } from "../software/op-stack/submitters/op-stack-submitter";
import { accessWithSubmitters } from "../software/op-stack/submitters/policy";
import { CONDUCTOR } from "./engine";
import { CONDUCTOR_SHAPE, type ConductorSequencerProps } from "./props";
import { conductorSequencerProblems } from "./rules";

/**
 * A sequencer of an OP Stack chain with 3, 5 or 7 members: op-node, an execution client and op-conductor each. The
 * conductors elect the leader. A block is gossiped only after a quorum of them has stored it. They found their raft by
 * themselves, on the genesis block, without a call of their RPC.
 *
 * More members may be deployed at any time: the leader takes them in. Fewer need `rollup-network sequencer members
 * --remove` first.
 *
 * New and incomplete: op-geth is the only execution client that was run with it; the command `drill` does not support
 * it, and `handoff` deletes the leader's pod.
 *
 * Creates: ServiceAccount; ConfigMaps `<name>-config` and `<name>-mesh`; Services `<name>` (JSON-RPC of the leader's
 * execution client, through the `LeaderProxy`), `<name>-read` (of any that is ready), `<name>-headless`, and
 * `<name>-<i>` per member; StatefulSet with two volumes per member, kept when it is deleted; PodDisruptionBudgets;
 * NetworkPolicies; the proxy's Deployment, ServiceAccount and ConfigMap; a Role per action of an operator, bound to
 * nobody; with cert-manager a Helm release with the certificate; and for `software.batcher` and `software.proposer` a
 * Deployment each, with ServiceAccount, ConfigMap, PodDisruptionBudget and NetworkPolicy.
 */
export class ConductorSequencer extends SequencerNode {
  override readonly submitters: readonly OpStackSubmitter[];

  constructor(scope: Construct, id: string, props: ConductorSequencerProps) {
    mustBeKnown(`ConductorSequencer ${id}`, props, CONDUCTOR_SHAPE);
    const { members = 3, namespace, software, clusterDomain = "cluster.local", haproxyImage = HAPROXY_IMAGE } = props;
    const name = nameOf(id, props);
    const networkAccess = accessWithSubmitters(props.networkAccess, software, { namespace, name });
    super(
      scope,
      id,
      { ...props, networkAccess },
      {
        engine: CONDUCTOR,
        node: opStackParts(props, members),
        members,
        problems: conductorSequencerProblems({ ...props, name }),
        security: props.mesh,
      },
    );
    this.submitters = submittersOf(software).map(
      submitter =>
        new OpStackSubmitter(this, submitter.component === "batcher" ? "Batcher" : "Proposer", {
          namespace,
          sequencer: name,
          submitter,
          l1: software.l1.endpoints,
          clusterDomain,
          haproxyImage,
          networkAccess: networkAccess ?? {},
        }),
    );
  }
}
