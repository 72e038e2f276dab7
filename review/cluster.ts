import { isDeepStrictEqual } from "node:util";
import type { StackChanges } from "./changes";
import type { Cluster, Origin } from "./origin";

/**
 * How the cluster changes: surely, or by what nothing here can tell. Compared is where the API server is, and not how
 * it is reached. Where that is not known of both, a context of the same name in another file may lead to the same
 * cluster; a context of another name is taken for another cluster.
 */
export function clusterChange({ origins }: StackChanges, how: "sure" | "unknown"): string | undefined {
  if (!origins) return undefined;
  const { before, after } = clusters(origins);
  if (isDeepStrictEqual(before, after)) return undefined;
  const known = before.server !== undefined && after.server !== undefined;
  if (known && hrefOf(before.server) === hrefOf(after.server)) return undefined;
  const namesake = before.context !== undefined && before.context === after.context;
  const is = known || !namesake ? "sure" : "unknown";
  return is === how ? `the cluster: ${textOf(before)} → ${textOf(after)}` : undefined;
}

const clusters = ({ before, after }: { readonly before: Origin; readonly after: Origin }) => ({
  before: before.cluster,
  after: after.cluster,
});

function textOf({ kubeconfig, context, server }: Cluster): string {
  const names = kubeconfig && `${context ? `context ${context}` : "the current context"} of ${kubeconfig}`;
  return server && names ? `${server} (${names})` : (server ?? names ?? "none");
}

/** Without regard to a port that is the protocol's, and to a slash at the end. */
const hrefOf = (url = "") => (URL.canParse(url) ? new URL(url).href : url);
