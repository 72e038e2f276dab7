import { PEER_LABEL } from "../../constructs/kubernetes/labels";
import type { ServicePort } from "../../manifests/read/service";
import type { Workload } from "../../manifests/read/workload";

/** Whether a pod belongs to a p2p network. */
export function isPeer({ labels }: Pick<Workload, "labels">): boolean {
  return Object.entries(PEER_LABEL).every(([key, value]) => labels[key] === value);
}

/** Whether a pod runs a node of a chain, which syncs and flushes. */
export function isNode(workload: Workload): boolean {
  return workload.kind === "StatefulSet" || isPeer(workload);
}

/** Whether a port is one that peers dial. */
export function isP2p({ name = "" }: Pick<ServicePort, "name">): boolean {
  return name === "p2p" || name.startsWith("p2p-");
}
