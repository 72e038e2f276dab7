import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { evNodeParts } from "../member/ev-node-parts";
import { SequencerNode } from "../member/node";
import { SEQUENCER_SHAPE, type SequencerProps } from "../sequencer";
import { SINGLE } from "./engine";
import { singleSequencerProblems } from "./rules";

/** A single sequencer takes what every sequencer takes. */
export type SingleSequencerProps = SequencerProps;

/**
 * One aggregator without raft: when it is away, there are no blocks. A raft of one could never grow, so this is also
 * where a chain starts that is to have three members later (`docs/runbooks/single-to-ha.md`).
 *
 * Creates: ServiceAccount, ConfigMap `<name>-config`, Services `<name>` (writes), `<name>-read` and `<name>-headless`,
 * StatefulSet with a volume that is kept when it is deleted, PodDisruptionBudget, NetworkPolicy, and a Role for
 * operators that is bound to nobody.
 */
export class SingleSequencer extends SequencerNode {
  constructor(scope: Construct, id: string, props: SingleSequencerProps) {
    mustBeKnown(`SingleSequencer ${id}`, props, SEQUENCER_SHAPE);
    const problems = singleSequencerProblems({ ...props, name: nameOf(id, props) });
    super(scope, id, props, { engine: SINGLE, node: evNodeParts(props, SINGLE), members: 1, problems });
  }
}
