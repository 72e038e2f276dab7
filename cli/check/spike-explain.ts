import type { Environment } from "../../values/load/environment";
import { unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import { remedy } from "./spike-remedy";
import { readSpike } from "./spike-status";

/**
 * Says on stderr what Terraform cannot: it names a Job that failed, but not why, and accepts a Job whose completion
 * could not be noted.
 * @returns whether all is well
 */
export async function explainSpike(environment: Environment, succeeded: boolean): Promise<boolean> {
  const { spike, cluster } = environment.values;
  if (!spike) return true;
  const asked = withKubectl(cluster, kubectl => readSpike(kubectl, environment));
  const status = await unlessUnknown("whether SPIKE's bootstrap is complete", asked);
  if (!status) return true;
  const { bootstrap } = status;
  const bad = succeeded ? ["failed"] : ["failed", "missing"];
  if (!bad.includes(bootstrap.state)) return true;
  const detail = bootstrap.detail.replaceAll("\n", "\n  "); // what a pod says begins no line
  console.error(`SPIKE's bootstrap: ${detail}\n${remedy(environment.name, bootstrap)}`);
  return false;
}
