import { isDeepStrictEqual } from "node:util";
import { contextText } from "../values/load/state";
import type { StackChanges } from "./changes";
import type { Cluster } from "./origin";

/**
 * The change of the cluster, if it is as sure as `how` says. Two known URLs of API servers decide: other URLs are
 * another cluster. If a URL is not known, a context of the same name in another kubeconfig may be the same cluster.
 * A context of another name counts as another cluster.
 */
export function clusterChange({ origins }: StackChanges, how: "sure" | "unknown"): string | undefined {
  if (!origins) return undefined;
  const [before, after] = [origins.before.cluster, origins.after.cluster];
  if (isDeepStrictEqual(before, after)) return undefined;
  const known = before.server !== undefined && after.server !== undefined;
  if (known && hrefOf(before.server) === hrefOf(after.server)) return undefined;
  const namesake = before.context !== undefined && before.context === after.context;
  const is = known || !namesake ? "sure" : "unknown";
  return is === how ? `the cluster: ${textOf(before)} → ${textOf(after)}` : undefined;
}

function textOf({ kubeconfig, context, server }: Cluster): string {
  const names = kubeconfig && contextText({ kubeconfig, context });
  return server && names ? `${server} (${names})` : (server ?? names ?? "none");
}

/** Without regard to a port that is the protocol's, and to a slash at the end. */
const hrefOf = (url = "") => (URL.canParse(url) ? new URL(url).href : url);
