import { RoleV1 } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import type { Engine } from "./engine";
import { membersOf } from "./members";
import { type RoleRule, ruleWords } from "./role-rules";

/** What a `SequencerRoles` takes; a sequencer makes its own. */
export interface SequencerRolesProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the sequencer. */
  readonly name: string;
  readonly members: number;
  readonly engine: Engine;
  readonly labels: Record<string, string>;
}

/**
 * A Role for each command on a running sequencer (`rollup-network sequencer …`), by resource names. They are bound to
 * nobody: who may is the operator's RoleBinding. Each has all that its command needs.
 *
 * - `<name>-status`: `status`, and `manifests --resolve`. Ports of the members can be forwarded, so whoever has it
 *   reaches what a member serves on its loopback address: its RPC, writes, the DA proxy, and the RPC of an
 *   op-conductor, which can stop the chain. It can run nothing in a pod and read no Secret.
 * - `<name>-handoff`: `handoff`. That is also to delete members' pods (raft), or to change every field of the Lease
 *   (lease). Of op-conductors it is what `<name>-status` is.
 * - `<name>-pause`: `pause` and `resume`, of a Lease or of op-conductors.
 * - `<name>-members`: `members`, of op-conductors.
 * - `<name>-override`: `override`, of op-conductors. That is also to delete members' pods.
 * - `<name>-found`: `found`, of op-conductors. That is also to run anything in a member's containers, which have the
 *   signer's key, and to stop all members.
 * - `<name>-drill`: `drill`. That is also to run anything in a member's containers, and to delete its pods.
 *
 * Events and Leases can be created under any name: RBAC knows no names for what is created.
 */
export class SequencerRoles extends KubernetesConstruct {
  readonly status: RoleV1;
  /** None for a single sequencer. */
  readonly handoff?: RoleV1;
  /** For a Lease pair and for op-conductors. */
  readonly pause?: RoleV1;
  /** For op-conductors alone. */
  readonly members?: RoleV1;
  /** For op-conductors alone. */
  readonly override?: RoleV1;
  /** For op-conductors alone. */
  readonly found?: RoleV1;
  /** None for a single sequencer. */
  readonly drill?: RoleV1;

  constructor(scope: Construct, id: string, props: SequencerRolesProps) {
    super(scope, id, props);
    const { namespace, name, engine, labels } = props;
    mustBeKnown(`SequencerRoles ${id}`, props);
    const pods = membersOf(props.members).map(ordinal => `${name}-${ordinal}`);
    const role = (of: string, rule: readonly RoleRule[]) =>
      new RoleV1(this, of, { metadata: { name: `${name}-${of.toLowerCase()}`, namespace, labels }, rule: [...rule] });
    const { status, handoff, pause, members, override, found, drill } = engine.rules(
      ruleWords(name, pods, engine.leaderCheck !== undefined),
    );
    this.status = role("Status", status);
    if (handoff) this.handoff = role("Handoff", handoff);
    if (pause) this.pause = role("Pause", pause);
    if (members) this.members = role("Members", members);
    if (override) this.override = role("Override", override);
    if (found) this.found = role("Found", found);
    if (drill) this.drill = role("Drill", drill);
  }
}
