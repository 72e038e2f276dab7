import { grammarProblems, mapProblems } from "../grammar/grammar";
import { dnsLabel, LABEL_KEY, LABEL_VALUE } from "../grammar/names";
import type { Problem } from "../problem";

/**
 * Keys, values and namespaces in an affinity that the API server would refuse, wherever they are in it: its terms have
 * the same words at every level.
 */
export function affinityProblems(affinity: unknown, path: Problem["path"] = ["affinity"]): Problem[] {
  if (Array.isArray(affinity)) return affinity.flatMap((each, i) => affinityProblems(each, [...path, i]));
  if (typeof affinity !== "object" || affinity === null) return [];
  return Object.entries(affinity).flatMap(([word, value]): Problem[] => {
    const at = [...path, word];
    if (word === "topologyKey" || word === "key") return grammarProblems(at, value, LABEL_KEY);
    if (word === "matchLabels") return mapProblems(at, value, LABEL_KEY, LABEL_VALUE);
    if (word !== "namespaces") return affinityProblems(value, at);
    return ((value ?? []) as readonly string[]).flatMap((name, i) => grammarProblems([...at, i], name, dnsLabel()));
  });
}
