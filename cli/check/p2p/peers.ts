import type { P2pValues } from "../../../values/schema/p2p";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { askAgent } from "./agent";
import { AGENT, NODE, type NodePod } from "./pods";

/** Whether a node is alone by what the values say: then it has no peers. */
export function isAlone({ bootstrap, nodes, chain }: P2pValues): boolean {
  const replicas = [...bootstrap, ...nodes].reduce((sum, each) => sum + each.replicas, 0);
  return replicas < 2 && chain.network === undefined;
}

/** The joining nodes of which a pod has no peers, as far as agents beside them count peers. */
export async function peerChecks(kubectl: Kubectl, p2p: P2pValues, pods: readonly NodePod[]): Promise<Check[]> {
  const counting = pods.filter(({ running }) => running.includes(AGENT) && running.includes(NODE));
  const peers = await Promise.all(
    counting.map(async ({ name }) => (await askAgent(kubectl, p2p.namespace, name))?.("p2p_peers")),
  );
  const nodes = [...new Set(counting.map(({ node }) => node))];
  return nodes.flatMap((node): Check[] => {
    const own = counting.flatMap((pod, i) => (pod.node === node ? [{ pod, peers: peers[i] }] : []));
    const counted = own.flatMap(({ peers }) => peers ?? []);
    const stranded = own.filter(({ pod, peers }) => peers === 0 && pod.settled).map(({ pod }) => pod.name);
    const check = `p2p ${node} peers`;
    if (stranded.length > 0) {
      const runbook = "docs/runbooks/enr-drift.md#no-peers";
      return [{ check, ok: false, detail: `${stranded.join(", ")} without peers for ten minutes: ${runbook}` }];
    }
    return counted.length === 0 ? [] : [{ check, ok: true, detail: `at least ${Math.min(...counted)}` }];
  });
}
