import { RoleV1 } from "../kubernetes/provider";
import { Construct } from "../kubernetes/terraform";
import { membersOf, type SequencerMode } from "./sequencer";

/** What a `SequencerRoles` takes; a sequencer makes its own. */
export interface SequencerRolesProps {
  readonly namespace: string;
  /** Name of the sequencer. */
  readonly name: string;
  readonly members: number;
  readonly mode: SequencerMode;
  readonly labels: Record<string, string>;
}

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

/**
 * A Role for each command on a running sequencer (`rollup-network sequencer …`), by resource names. They are bound to nobody: who may is
 * the operator's RoleBinding. Each has all that its command needs.
 *
 * - `<name>-status`: `status`, and `manifests --resolve`. Ports of the members can be forwarded, so whoever has it reaches what a member
 *   serves on its loopback address: its RPC, writes, and the DA proxy. It can run nothing in a pod and read no Secret.
 * - `<name>-handoff`: `handoff`. That is also to delete members' pods (raft), or to change every field of the Lease (lease).
 * - `<name>-pause`: `pause` and `resume`, of a Lease.
 * - `<name>-drill`: `drill`. That is also to run anything in a member's containers, and to delete its pods.
 *
 * Events and Leases can be created under any name: RBAC knows no names for what is created.
 */
export class SequencerRoles extends Construct {
  readonly status: RoleV1;
  /** None for a single sequencer. */
  readonly handoff?: RoleV1;
  /** For a Lease pair alone. */
  readonly pause?: RoleV1;
  /** None for a single sequencer. */
  readonly drill?: RoleV1;

  constructor(scope: Construct, id: string, props: SequencerRolesProps) {
    super(scope, id);
    const { namespace, name, mode, labels } = props;
    const pods = membersOf(props.members).map(ordinal => `${name}-${ordinal}`);
    const role = (of: string, rule: Rule[]) =>
      new RoleV1(this, of, { metadata: { name: `${name}-${of.toLowerCase()}`, namespace, labels }, rule });

    const sequencer = named("apps", "statefulsets", [name], "get");
    const lease = (...verbs: string[]) => named("coordination.k8s.io", "leases", [name], ...verbs);
    const events: Rule = { apiGroups: [""], resources: ["events"], verbs: ["create"] };
    // kubectl forwards by a websocket (get) where both ends can, else by SPDY (create).
    const look = [sequencer, named("", "pods", pods, "get"), named("", "pods/portforward", pods, "get", "create")];
    if (mode !== "single") look.push(named("apps", "deployments", [`${name}-proxy`], "get"));
    const services = mode === "single" ? [] : [named("", "services", pods, "get")];

    this.status = role("Status", [...look, ...services, ...(mode === "lease" ? [lease("get")] : [])]);
    if (mode === "raft") this.handoff = role("Handoff", [...look, named("", "pods", pods, "delete"), events]);
    if (mode === "lease") {
      this.handoff = role("Handoff", [...look, lease("get", "patch"), events]);
      this.pause = role("Pause", [sequencer, lease("get", "patch"), events]);
    }
    if (mode === "single") return;
    this.drill = role("Drill", [
      ...look,
      named("", "pods", pods, "delete"),
      named("", "pods/exec", pods, "get", "create"),
      ...(mode === "lease" ? [lease("get", "patch")] : []),
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
      named("coordination.k8s.io", "leases", [`${name}-drill`], "get", "update", "patch", "delete"),
      events,
    ]);
  }
}

function named(apiGroup: string, resource: string, resourceNames: string[], ...verbs: string[]): Rule {
  return { apiGroups: [apiGroup], resources: [resource], resourceNames, verbs };
}
