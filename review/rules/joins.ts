import type { JsonObject } from "../../manifests/json";
import { nodeOf } from "../effective/containers";
import { settingOf } from "../effective/environment";
import { at, componentOf } from "../read";
import type { Side } from "../sides";
import { type Rule, stays } from "./rule";

/** Through whom a node finds its peers. */
export const joinRules: readonly Rule[] = [
  {
    id: "join",
    kinds: ["StatefulSet", "Deployment"],
    warning: true,
    why: "A node that joins nobody runs, is ready, and finds no peers.",
    remedy: "name the bootstrap nodes that it joins",
    loses: (change, sides) => {
      if (!stays(change) || componentOf(change.before) === "sequencer") return undefined;
      return joins(change.before, sides.before) && !joins(change.after, sides.after)
        ? "every bootstrap node that it joined"
        : undefined;
    },
  },
];

/** A named network brings bootstrap nodes of its own. */
function joins(body: JsonObject | undefined, side: Side): boolean {
  const node = nodeOf(body, side);
  if (!node) return false;
  const gates = at(body, "spec", "template", "spec", "initContainers");
  const fetched = Boolean(settingOf(node.told, "BOOTNODES_FILE")) && Array.isArray(gates) && gates.length > 0;
  return fetched || ["BOOTSTRAP_NODES", "NETWORK"].some(name => Boolean(settingOf(node.told, name)));
}
