import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { dataOf } from "../../manifests/read/object";
import type { JsonObject } from "../../manifests/terraform";
import { chainLost, l1Lost } from "../effective/chain";
import { daNamespaceOf, parseEvNode } from "../effective/ev-node";
import { at } from "../read";
import { altered, type Rule, stays, together } from "./rule";

/** Which chain: genesis and configuration of every component. */
export const chainRules: readonly Rule[] = [
  {
    id: "chain",
    kinds: ["StatefulSet", "Deployment", "ConfigMap"],
    why:
      "Chain ID, genesis and DA namespace define the chain: with other ones, the blocks on the volumes and in " +
      "the DA belong to a different chain.",
    remedy: "put them back; another chain is another sequencer in another namespace",
    loses: (change, sides) => {
      const { kind, before, after } = change;
      if (!stays(change)) return undefined;
      if (kind !== "ConfigMap") return together(chainLost(before, after, sides));
      const [was, is] = [before, after].map(body => parseEvNode(dataOf(body)["evnode.yaml"]));
      return together([altered("the DA namespace", daNamespaceOf(was), daNamespaceOf(is)), genesisLost(before, after)]);
    },
  },
  {
    id: "l1-chain",
    kinds: ["StatefulSet", "Deployment"],
    why: "A node's ENR and data belong to one L1 chain: on another chain its ENR changes, and its data is worthless.",
    remedy: "put it back; a node of another chain is another node",
    loses: (change, sides) => (stays(change) ? together(l1Lost(change.before, change.after, sides)) : undefined),
  },
];

function genesisLost(before?: JsonObject, after?: JsonObject): string | undefined {
  const [old, now] = [genesisOf(before), genesisOf(after)];
  if (!old || !now || isDeepStrictEqual(old, now)) return undefined;
  return altered("the chain id", at(old, "chain_id"), at(now, "chain_id")) ?? "the genesis";
}

function genesisOf(body?: JsonObject): unknown {
  const text = dataOf(body)["genesis.json"];
  return typeof text === "string" ? parse(text) : undefined;
}
