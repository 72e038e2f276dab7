import { matches } from "../../../manifests/read/labels";
import type { Policy } from "../../../manifests/read/policy";
import { API_SERVER_ID } from "../../../report/calls";
import type { Connection, Dial } from "../../../report/connection";
import type { Own, World } from "../../../report/nodes";
import { ask, type Direction, type End, type Pods, type Ruling, selecting } from "../../../report/policies";
import type { Section } from "../../../values/schema/sections";

/** What a dropped call is judged by. */
export interface Known {
  readonly environment: string;
  /** As the values make it. */
  readonly world: World;
  /** As they are in the cluster. */
  readonly live: readonly Policy[];
  readonly sectionOf: (namespace: string) => Section | undefined;
}

/** Which NetworkPolicy of the cluster drops a call, and what to do; where none does, who else may. */
export function blame({ from, to, kind }: Connection & { readonly from: Own }, dial: Dial, known: Known): string {
  const port = to.end.kind === "namespace" ? undefined : dial;
  const sides: [Direction, Pods, End][] = [["egress", from.end, to.end]];
  if (to.end.kind === "pods") sides.push(["ingress", to.end, from.end]);
  const { world, live, sectionOf } = known;
  const denies = (policies: readonly Policy[]) =>
    sides.find(([direction, pods, other]) => no(ask(policies, direction, pods, other, port, world.namespaces)));
  const denied = denies(live);
  const key = keyFor(sectionOf(from.namespace), to.id, kind);
  if (!denied) {
    if (to.id === API_SERVER_ID) return `see the row "${sectionOf(from.namespace)} API server"`;
    const address = to.end.kind === "pods" || to.end.kind === "namespace" ? "" : `, ${key} if its address is private`;
    const theirs = to.end.kind === "namespace" ? `the policies of namespace ${to.name}` : "firewalls";
    return `no NetworkPolicy of this environment denies it → check ${theirs}, policies of other kinds${address}`;
  }
  const [direction, pods] = denied;
  const holding = selecting(live, direction, pods);
  // A policy of all pods denies by default; a rule belongs into one of these pods.
  const own = holding.filter(({ spec }) => !matches(spec.podSelector, {}));
  const names = (own.length > 0 ? own : holding).map(({ name }) => `${pods.namespace}/${name}`);
  const which = `NetworkPolicy ${names.join(" and ")} has no ${direction} rule for it`;
  const remedy = denies(world.policies)
    ? `set ${key}`
    : `the manifests have one: rollup-network deploy ${known.environment}`;
  return `${which} → ${remedy}`;
}

const no = ({ verdict }: Ruling) => verdict === "denied";

/** The key of the values that opens what is outside of the wiring. */
function keyFor(section: Section | undefined, to: string, kind: Connection["kind"]): string {
  const policies = `${section ?? "the section"}.networkPolicies`;
  if (to === API_SERVER_ID) return `${policies}.apiServer and apiServerPorts`;
  if (section === "p2p") return kind === "joins" ? `${policies}.peers` : `${policies}.l1 or egress`;
  return section === "sequencer" ? `${policies}.da, kms or egress` : policies;
}
