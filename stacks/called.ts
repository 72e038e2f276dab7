import { calledWarnings } from "../constructs/kubernetes/network/called";
import { hostWarnings } from "../constructs/kubernetes/network/host";
import { toldUrls } from "../constructs/kubernetes/vocabulary/extend";
import { showPath } from "../values/load/finding";
import type { EnvironmentValues } from "../values/schema/environment";
import { levelsOf } from "../values/schema/levels";
import type { Section } from "../values/schema/sections";

/** What blocks `kubernetes` tell the pods of a section to call, and its policies drop. */
export function calledWarningsOf(env: EnvironmentValues, section: Section): string[] {
  const { enabled, egress } = policiesOf(env, section);
  if (!enabled) return [];
  const { domain } = env.cluster;
  return levelsOf(env)
    .filter(({ path: [name = section] }) => name === section)
    .flatMap(({ path, kubernetes = {} }) => {
      const place = showPath([...path, "kubernetes"]);
      const { sidecars = [], initContainers = [] } = kubernetes;
      const added = Object.entries({ sidecars, initContainers }).flatMap(([word, containers]) =>
        containers.flatMap((each, i) => calledWarnings(`${place}.${word}[${i}].env`, each, domain)),
      );
      return [
        ...calledWarnings(`${place}.env`, kubernetes, domain),
        ...added,
        ...(egress ? [] : hostWarnings(toldUrls(kubernetes), `${section}.networkPolicies.egress`, domain)),
      ];
    });
}

/** Whether a section's policies are made, and name further destinations; SPIKE's pods have nothing else to call. */
function policiesOf(env: EnvironmentValues, section: Section) {
  const { networkPolicies } = env[section] ?? {};
  if (!networkPolicies?.enabled || !("egress" in networkPolicies)) return { enabled: false, egress: false };
  return { enabled: true, egress: networkPolicies.egress.length > 0 };
}
