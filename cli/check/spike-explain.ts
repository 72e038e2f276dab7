import type { Environment } from "../../values/load/environment";
import { unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import { remedy } from "./spike-remedy";
import { readSpike, readTroubles } from "./spike-status";

/**
 * Says on stderr what Terraform cannot: it names a Job or a release that failed, but not why, and accepts a Job whose
 * completion could not be noted.
 * @returns whether all is well
 */
export async function explainSpike(environment: Environment, succeeded: boolean): Promise<boolean> {
  const { spike, cluster } = environment.values;
  if (!spike) return true;
  const asked = withKubectl(cluster, async kubectl => {
    const { bootstrap } = await readSpike(kubectl, environment);
    const told = bootstrap.state === "missing" || succeeded; // a missing Job's reason are its pods
    return { bootstrap, troubles: told ? [] : await readTroubles(kubectl, spike) };
  });
  const status = await unlessUnknown("whether SPIKE's bootstrap is complete", asked);
  if (!status) return true;
  const { bootstrap, troubles } = status;
  if (troubles.length > 0) console.error(`SPIKE's pods that do not start:\n${troubles.join("\n")}`);
  const bad = succeeded ? ["failed"] : ["failed", "missing"];
  if (!bad.includes(bootstrap.state)) return true;
  console.error(`SPIKE's bootstrap: ${bootstrap.detail}\n${remedy(environment.name, bootstrap)}`);
  return false;
}
