import type { P2pValues } from "../../../values/schema/p2p";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { l1Checks } from "./l1";
import { podsOfNodes, unlessForbidden, waiting } from "./pods";

/** A row of a workload's replicas, which its pods may explain. */
interface Replicas {
  readonly name: string;
  readonly check: Check;
}

/** How many replicas of each workload are ready, what the others wait for, and the L1 as they see it. */
export async function nodeChecks(kubectl: Kubectl, p2p: P2pValues, replicas: readonly Replicas[]): Promise<Check[]> {
  const counted = replicas.map(({ check }) => check);
  if (replicas.length === 0) return counted;
  const listed = await unlessForbidden(podsOfNodes(kubectl, p2p.namespace, replicas));
  if ("forbidden" in listed) {
    return [...counted, { check: "p2p L1", ok: true, unknown: true, detail: listed.forbidden }];
  }
  const pods = listed.answer;
  const explained = replicas.map(async ({ name, check }) => {
    if (check.ok) return check;
    const own = pods.filter(pod => pod.node === name);
    const asked = await unlessForbidden(waiting(kubectl, own));
    return { ...check, detail: [check.detail, ...("answer" in asked ? asked.answer : [])].join("\n") };
  });
  return [...(await Promise.all(explained)), ...(await l1Checks(kubectl, p2p, replicas, pods))];
}
