import type { P2pValues } from "../../../values/schema/p2p";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { l1Checks } from "./l1";
import { peerChecks } from "./peers";
import { podsOfNodes, unlessForbidden } from "./pods";

/** The peers of nodes that join, and the L1 as they and what proves for them see it. */
export async function nodeChecks(
  kubectl: Kubectl,
  p2p: P2pValues,
  nodes: readonly { readonly name: string }[],
): Promise<Check[]> {
  if (nodes.length === 0) return [];
  const listed = await unlessForbidden(podsOfNodes(kubectl, p2p.namespace, nodes));
  if ("forbidden" in listed) return [{ check: "p2p L1", ok: true, unknown: true, detail: listed.forbidden }];
  const pods = listed.answer;
  return [...(await peerChecks(kubectl, p2p, pods)), ...(await l1Checks(kubectl, p2p, nodes, pods))];
}
