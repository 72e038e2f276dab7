import { isDeepStrictEqual } from "node:util";
import { type Environment, stackName } from "../../values/load/environment";
import { clusterText, IN_CLUSTER } from "../../values/load/state";
import type { ClusterValues } from "../../values/schema/environment";
import { namespacesOf } from "../../values/schema/section";
import { sectionsOf } from "../../values/schema/sections";
import type { Plan } from "./plan";

const REMEDY = "→ name the environment of the plan";

/**
 * A plan does not say whose it is, but its objects say where they are, and its providers how the cluster is reached.
 *
 * @throws Error for the plan of another environment
 */
export function refuseStrange(plan: Plan, file: string, { name, values }: Environment): void {
  const own = sectionsOf(values).flatMap(({ section, values }) =>
    namespacesOf(section, values).map(({ name }) => name),
  );
  // After it everything is where the values say; before it, perhaps not. A plan that destroys has no "after".
  const there = [...(plan.namespacesAfter.size > 0 ? plan.namespacesAfter : plan.namespaces)];
  if (there.length > 0 && !there.some(namespace => own.includes(namespace))) {
    throw new Error(
      `${file} is not of ${name}, whose namespaces are ${own.join(", ")}: it has ${there.join(", ")} ${REMEDY}`,
    );
  }
  for (const [setting, value] of Object.entries(connectionOf(values.cluster))) {
    const found = [...new Set(plan.providers[setting])];
    if (found.length === 0 || isDeepStrictEqual(found, [value])) continue;
    throw new Error(
      `${file} is not of ${name}, which is deployed to ${clusterText(values)}: its ${setting} is ${found.join(", ")} ` +
        REMEDY,
    );
  }
}

/** The providers' settings that name the cluster. */
const connectionOf = ({ exec, context, inCluster }: ClusterValues): Readonly<Record<string, string>> =>
  inCluster ? { host: IN_CLUSTER.server } : exec ? { host: exec.host } : context ? { config_context: context } : {};

/** The stacks of an environment that no plan says anything of. */
export function unplanned(plans: readonly Plan[], { name, values }: Environment): string[] {
  const there = new Set(plans.flatMap(({ namespaces }) => [...namespaces]));
  return sectionsOf(values)
    .filter(({ section, values }) => !namespacesOf(section, values).some(({ name }) => there.has(name)))
    .map(({ name: section }) => stackName(name, section));
}
