import type { JsonObject } from "../../manifests/json";
import { listOf } from "../../manifests/read/object";
import { UNKNOWN } from "../difference";
import { podOf } from "../read";
import type { Seen } from "./containers";
import { settingOf } from "./environment";

/** The port of the host under which a node's p2p port is reached; none where a Service leads to it. */
export function hostPortOf(node: Seen, body: JsonObject | undefined): string | undefined {
  const port = settingOf(node.told, "P2P_PORT");
  const own = listOf(node.container.ports).filter(
    each => String(each.containerPort) === port || each.name?.startsWith("p2p"),
  );
  const ports = podOf(body)?.hostNetwork
    ? own.map(each => each.containerPort)
    : own.flatMap(each => each.hostPort ?? []);
  return ports.length > 0 ? [...new Set(ports)].join(", ") : undefined;
}

/** On which nodes of the cluster a pod may run, in one form whichever fields say so. */
export function placementOf(body: JsonObject | undefined): string {
  const { nodeSelector = {}, nodeName, affinity, tolerations } = podOf(body) ?? {};
  const required = (affinity?.nodeAffinity ?? {}) as { requiredDuringSchedulingIgnoredDuringExecution?: unknown };
  const terms = termsOf(required.requiredDuringSchedulingIgnoredDuringExecution);
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key} In ${value}`);
  const alternatives = (terms.length > 0 ? terms : [[]]).map(term =>
    [...new Set([...labels, ...term])].sort().join(" and "),
  );
  return [
    ...alternatives.filter(Boolean),
    ...(nodeName && nodeName !== UNKNOWN ? [`node ${nodeName}`] : []),
    ...listOf(tolerations).map(each => `tolerates ${JSON.stringify(each)}`),
  ]
    .sort()
    .join("; ");
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function termsOf(required: unknown): string[][] {
  const { nodeSelectorTerms } = (required ?? {}) as {
    nodeSelectorTerms?: { matchExpressions?: Expression[]; matchFields?: Expression[] }[];
  };
  return listOf(nodeSelectorTerms).map(({ matchExpressions, matchFields }) =>
    [...listOf(matchExpressions), ...listOf(matchFields)].map(({ key, operator, values }) =>
      `${key} ${operator} ${[...listOf(values)].sort().join(",")}`.trim(),
    ),
  );
}
