import type { Engine } from "../../constructs/sequencer/engine";
import { ENGINES } from "../../constructs/sequencer/engines";
import type { JsonObject } from "../../manifests/json";
import { nodeOf } from "../effective/containers";
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
      "put kind and number back; docs/runbooks/member-count.md and docs/runbooks/single-to-ha.md say how they change",
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
];

const grows = (mode: string | undefined) =>
  Object.entries<Engine>(ENGINES).some(([name, { grows }]) => name === mode && grows);

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
