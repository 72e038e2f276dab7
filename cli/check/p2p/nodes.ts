import type { P2pValues } from "../../../values/schema/p2p";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { l1Checks } from "./l1";
import { peerChecks } from "./peers";
import { podsOfNodes, unlessForbidden } from "./pods";

/** The joining nodes' peers, and the L1 as the nodes see it. */
export async function nodeChecks(kubectl: Kubectl, p2p: P2pValues): Promise<Check[]> {
  if (p2p.nodes.length === 0) return [];
  const listed = await unlessForbidden(podsOfNodes(kubectl, p2p.namespace, p2p.nodes));
  if ("forbidden" in listed) return [{ check: "p2p L1", ok: true, unknown: true, detail: listed.forbidden }];
  return [...(await peerChecks(kubectl, p2p, listed.answer)), ...(await l1Checks(kubectl, p2p, listed.answer))];
}
