import type { JsonObject } from "../../manifests/terraform";
import { nodeOf } from "../effective/containers";
import { settingOf } from "../effective/environment";
import { componentOf, engineOf, replicasOf } from "../read";
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
];

function foundedAs(body: JsonObject | undefined, side: Side): string | undefined {
  if (componentOf(body) !== "sequencer") return undefined;
  const node = nodeOf(body, side);
  const mode = (node && settingOf(node.told, "MODE")) ?? engineOf(body);
  return mode && `${mode} ${replicasOf(body)}`;
}
