import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { RELEASE_ANNOTATION } from "../../constructs/kubernetes/labels";
import type { JsonObject } from "../../manifests/json";
import { listOf, dataOf as textsOf } from "../../manifests/read/object";
import { chainLost, l1Lost } from "../effective/chain";
import { dataOf } from "../effective/data";
import { daNamespaceOf, parseEvNode } from "../effective/ev-node";
import { imageOf } from "../effective/image";
import { outlivesPod } from "../effective/place";
import { at, componentOf, spoken, workloadSpec } from "../read";
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
      const [was, is] = [before, after].map(body => parseEvNode(textsOf(body)["evnode.yaml"]));
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
  {
    id: "release-line",
    kinds: ["StatefulSet", "Deployment"],
    why:
      "A release line of Aztec has its own rollup and its own format of data: its nodes read no chain data of " +
      "another line. Keys of bootstrap nodes stay.",
    remedy: "docs/runbooks/aztec-upgrade.md has the order; accept it for each workload whose volumes you will empty",
    loses: (change, sides) => {
      const { before, after } = change;
      if (!stays(change) || !CHAIN_KEEPERS.includes(componentOf(before) ?? "")) return undefined;
      const [from, to] = [lineOf(before), lineOf(after)];
      if (from === undefined || to === undefined || from === to) return undefined;
      const node = dataOf(before, sides.before).find(({ container }) => container === NODE);
      const kept = [...(node?.places.values() ?? [])].filter(outlivesPod).map(({ text }) => text);
      return kept.length > 0 ? `the chain data of line ${from} on ${spoken(kept)}, for line ${to}` : undefined;
    },
  },
];

const NODE = "node";

/** Who keeps data of the chain on its volume. Bootstrap nodes keep a key there, and prover agents the CRS. */
const CHAIN_KEEPERS = ["full", "rpc", "archive", "prover", "prover-broker"];

/** The release line of an Aztec node: what its pods say, or else its image's tag. */
function lineOf(body?: JsonObject): number | undefined {
  const { metadata, spec } = workloadSpec(body).template ?? {};
  if (metadata?.labels?.["app.kubernetes.io/name"] !== "aztec") return undefined;
  const given = metadata.annotations?.[RELEASE_ANNOTATION];
  const node = listOf(spec?.containers).find(({ name }) => name === NODE);
  return given === undefined ? imageOf(node?.image ?? "").version?.[0] : Number(given);
}

function genesisLost(before?: JsonObject, after?: JsonObject): string | undefined {
  const [old, now] = [genesisOf(before), genesisOf(after)];
  if (!old || !now || isDeepStrictEqual(old, now)) return undefined;
  return altered("the chain id", at(old, "chain_id"), at(now, "chain_id")) ?? "the genesis";
}

function genesisOf(body?: JsonObject): unknown {
  const text = textsOf(body)["genesis.json"];
  return typeof text === "string" ? parse(text) : undefined;
}
