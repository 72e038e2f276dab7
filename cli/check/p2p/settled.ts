import { byName } from "../../../manifests/read/object";
import type { LivePod } from "../platform/live";

/** Peers come back within two ping rounds of 300 s after a restart. The alert NoPeers waits as long. */
const PATIENCE_MS = 600_000;

/** Whether the node of a pod has run for as long as it takes to find peers. */
export function isSettled({ status }: Pick<LivePod, "status">): boolean {
  const since = byName(status?.containerStatuses, "node")?.state?.running?.startedAt;
  return since !== undefined && Date.now() - Date.parse(since) > PATIENCE_MS;
}
