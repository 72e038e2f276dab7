import { byName } from "../../../manifests/read/object";
import { execIn } from "../../kubernetes/exec";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { LivePod } from "./live";

/** A probe that fails ends with an error, of which kubectl would show its own words. */
const ASK = '"$@" 2>&1 || :';

/**
 * What a pod that is not ready waits for, in the words of its readiness probe: `standby: …`. Nothing where the probe is
 * no program, says nothing, or may not be run.
 */
export async function askProbe(kubectl: Kubectl, { metadata, spec, status }: LivePod): Promise<string | undefined> {
  const unready = status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running)?.name ?? "";
  const probe = byName(spec?.containers, unready)?.readinessProbe?.exec?.command;
  const { name, namespace } = metadata;
  if (!probe || !namespace) return undefined;
  const place = { namespace, name, container: unready };
  const said = await execIn(kubectl, place, ["sh", "-c", ASK, "ask", ...probe], ["other", "not found", "forbidden"]);
  return said?.trim().split("\n").at(-1) || undefined;
}
