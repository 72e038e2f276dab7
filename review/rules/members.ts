import { CONDUCTOR } from "../../constructs/sequencer/conductor/engine";
import { engineNamed } from "../../constructs/sequencer/engines";
import { OP_STACK } from "../../constructs/sequencer/software/op-stack/ports";
import type { JsonObject } from "../../manifests/json";
import { containersSeen, nodeOf } from "../effective/containers";
import { settingOf } from "../effective/environment";
import { componentOf, engineOf, podsOf, replicasOf, spoken } from "../read";
import type { Side } from "../sides";
import type { Rule } from "./rule";

/** As what a sequencer began. */
export const memberRules: readonly Rule[] = [
  {
    id: "members",
    kinds: ["StatefulSet"],
    why:
      "A sequencer is founded with its kind and its members. Raft's membership is static, and members that do " +
      "not know each other sign the same heights.",
    remedy:
      "put kind and number back; docs/runbooks/member-count.md and docs/runbooks/single-to-ha.md say how they " +
      "change, and docs/runbooks/op-stack-single-to-ha.md for the OP Stack",
    loses: ({ before, after }, sides) => {
      const [from, to] = [foundedAs(before, sides.before), foundedAs(after, sides.after)];
      return from && to && from !== to ? `what the sequencer was founded as: ${from} becomes ${to}` : undefined;
    },
  },
  {
    id: "voters",
    kinds: ["StatefulSet"],
    why:
      "A member whose pod goes stays in the raft of op-conductors until it is taken out. It counts for the quorum " +
      "and does not answer, so fewer of the others may be lost.",
    remedy:
      "run rollup-network sequencer members <env> --remove <member> for each of them first, and then accept this; " +
      "docs/runbooks/conductor-members.md",
    loses: ({ before, after }, sides) => {
      const engine = modeOf(after, sides.after);
      if (!grows(engine) || engine !== modeOf(before, sides.before)) return undefined;
      const gone = podsOf(before, replicasOf(after));
      return gone.length > 0 ? `the pods of ${spoken(gone)}, which vote unless they were taken out` : undefined;
    },
  },
  {
    id: "founding",
    kinds: ["StatefulSet"],
    why:
      "Members that are not told that their chain has blocks found a raft by themselves where they are empty, and " +
      "make the first blocks of the chain again.",
    remedy: "put founding: command below sequencer.ha.conductor, and leave it there",
    loses: ({ before, after }, sides) =>
      modeOf(after, sides.after) === CONDUCTOR.name &&
      tells(before, sides.before, ["HAS_BLOCKS", "NEWEST_BLOCK"]) &&
      !tells(after, sides.after, ["HAS_BLOCKS"])
        ? "what keeps empty members from founding a raft: they are not told that the chain has blocks"
        : undefined,
  },
];

/** Whether a container has one of these variables. */
const tells = (body: JsonObject | undefined, side: Side, variables: readonly string[]) =>
  containersSeen(body, side).some(({ told }) => variables.some(name => told.variables.get(name)));

/** Only members of an OP Stack sequencer can take others in: the raft of ev-node is static. */
const grows = (mode: string | undefined) => engineNamed(mode ?? "", OP_STACK.name)?.grows ?? false;

/** Members may be added where the others take them in. */
function foundedAs(body: JsonObject | undefined, side: Side): string | undefined {
  const mode = modeOf(body, side);
  return mode && (grows(mode) ? mode : `${mode} ${replicasOf(body)}`);
}

function modeOf(body: JsonObject | undefined, side: Side): string | undefined {
  if (componentOf(body) !== "sequencer") return undefined;
  const node = nodeOf(body, side);
  return (node && settingOf(node.told, "MODE")) ?? engineOf(body);
}
