import { join } from "node:path";
import { AGENT_TOKEN_VOLUME } from "../../kubernetes/agent-token";
import { NODE_IMAGE } from "../../kubernetes/fail-fast-gate";
import { dependOn } from "../../kubernetes/framework/depend";
import { RoleBindingV1, RoleV1 } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import { warnOfTag } from "../../kubernetes/image";
import { mustBeKnown } from "../../kubernetes/known";
import { nameOf } from "../../kubernetes/names";
import { ObjectsRelease } from "../../kubernetes/objects-release";
import { bundled } from "../../kubernetes/scripts";
import { blockTimeMs } from "../block-time";
import { lazyIntervalMs } from "../member/ev-node-options";
import { evNodeParts } from "../member/ev-node-parts";
import { SequencerNode } from "../member/node";
import { leaseAgent } from "./agent";
import { LEASE } from "./engine";
import { LEASE_SHAPE, type LeaseSequencerProps } from "./props";
import { leaseSequencerProblems } from "./rules";

import { leaseTiming } from "./timing";

const [MEMBERS = 2] = LEASE.members;

/**
 * A sequencer of two members, of which one holds a Lease and signs; the other follows, and takes over once the Lease
 * has expired when the holder is lost, or at once when it hands over. A dead-man's switch in the start script ends the
 * sequencer before the Lease can pass on, whatever becomes of the agent. What a Lease cannot cover, since ev-node
 * checks no token at commit: a pod that is frozen as a whole beyond the Lease and then resumed may still sign one
 * block, and heights that a killed or cut-off holder had signed and nobody else seen are signed anew. Where that
 * matters, use `RaftSequencer`. A holder that is told to stop leaves no such height, unless it does not come back.
 *
 * Creates: what a sequencer creates (ServiceAccount, ConfigMaps, Services, StatefulSet with a volume per member,
 * disruption budgets, policies, `LeaderProxy`, a Role per action of an operator, bound to nobody), a Helm release with
 * the Lease `<name>`, and the Role that lets the agents hold it.
 */
export class LeaseSequencer extends SequencerNode {
  readonly lease: ObjectsRelease;

  constructor(scope: Construct, id: string, props: LeaseSequencerProps) {
    mustBeKnown(`LeaseSequencer ${id}`, props, LEASE_SHAPE);
    const image = props.agentImage ?? NODE_IMAGE;
    const timing = leaseTiming(props.timing);
    super(scope, id, props, {
      engine: LEASE,
      members: MEMBERS,
      problems: leaseSequencerProblems({ ...props, name: nameOf(id, props) }),
      security: { kind: "plain" },
      node: evNodeParts(props, LEASE, {
        scripts: [join(__dirname, "scripts/follow-lease.sh"), bundled("lease-agent.mjs")],
      }),
      part: {
        container: leaseAgent({
          image,
          name: nameOf(id, props),
          members: MEMBERS,
          timing,
          blockTimeMs: blockTimeMs(props),
          lazyIntervalMs: lazyIntervalMs(props.software),
        }),
        volumes: [AGENT_TOKEN_VOLUME],
        env: { CATCHUP_TIMEOUT: `${timing.catchupTimeout}ms` },
      },
    });
    if (props.protected) warnOfTag(this, image);
    const { name, namespace, labels } = this;
    this.lease = new ObjectsRelease(this, "Lease", {
      namespace,
      name: `${name}-lease`,
      objects: [
        { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace, labels }, spec: {} },
      ],
    });
    const metadata = { name: `${name}-agent`, namespace, labels };
    const role = new RoleV1(this, "AgentRole", {
      metadata,
      rule: [
        {
          apiGroups: ["coordination.k8s.io"],
          resources: ["leases"],
          resourceNames: [name],
          verbs: ["get", "patch"],
        },
        { apiGroups: [""], resources: ["events"], verbs: ["create"] },
      ],
    });
    const binding = new RoleBindingV1(this, "AgentRoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
      subject: [{ kind: "ServiceAccount", name, namespace }],
    });
    dependOn([binding], [role]);
    dependOn([this.statefulSet], [binding, this.lease]);
  }
}
