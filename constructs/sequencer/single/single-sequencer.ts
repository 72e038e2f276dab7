import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { evNodeParts } from "../member/ev-node-parts";
import type { EngineParts } from "../member/frame";
import { SequencerNode } from "../member/node";
import { SEQUENCER_SHAPE } from "../sequencer";
import { opStackParts } from "../software/op-stack/parts";
import { OP_STACK_SHAPE } from "../software/op-stack/props";
import { SINGLE } from "./engine";
import { SINGLE_OP_STACK } from "./op-stack-engine";
import { isOpStack, type SingleSequencerProps } from "./props";
import { singleSequencerProblems } from "./rules";
import { ALONE } from "./sequencing";

/**
 * One sequencer that nobody takes over from: when it is away, there are no blocks. With ev-node it is an aggregator
 * without raft, and with the OP Stack an op-node without op-conductor. A raft of one could never grow, so this is also
 * where a chain starts that is to have three members later (`docs/runbooks/single-to-ha.md`).
 *
 * Creates: ServiceAccount, ConfigMap `<name>-config`, Services `<name>` (writes), `<name>-read` and `<name>-headless`,
 * StatefulSet with a volume that is kept when it is deleted, PodDisruptionBudget, NetworkPolicy, and a Role for
 * operators that is bound to nobody. With the OP Stack also: the port 9545 of `<name>` (calls of op-node that harm
 * nothing), a second volume, ConfigMap `<name>-mesh`, Service `<name>-0`, and for `software.batcher` and
 * `software.proposer` a Deployment each, with ServiceAccount, ConfigMap, PodDisruptionBudget and NetworkPolicy.
 */
export class SingleSequencer extends SequencerNode {
  constructor(scope: Construct, id: string, props: SingleSequencerProps) {
    super(scope, id, props, partsOf(id, props));
  }
}

function partsOf(id: string, props: SingleSequencerProps): EngineParts {
  const construct = `SingleSequencer ${id}`;
  const problems = () => singleSequencerProblems({ ...props, name: nameOf(id, props) });
  if (!isOpStack(props)) {
    mustBeKnown(construct, props, SEQUENCER_SHAPE);
    return { engine: SINGLE, node: evNodeParts(props, SINGLE), members: 1, problems: problems() };
  }
  mustBeKnown(construct, props, OP_STACK_SHAPE);
  const node = opStackParts(props, ALONE);
  return { engine: SINGLE_OP_STACK, node, members: 1, problems: problems(), security: { kind: "plain" } };
}
