import type { UsedNamespace } from "../../../values/schema/section";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";

/** Label of a namespace by which Pod Security refuses pods. */
const ENFORCE = "pod-security.kubernetes.io/enforce";

/** Whether a namespace that somebody else owns is there, and admits the pods of the environment. */
export async function ownedChecks(kubectl: Kubectl, { name, existing, onHost }: UsedNamespace): Promise<Check[]> {
  if (!existing) return [];
  const check = `namespace ${name}`;
  const allowedBy = `a ClusterRole with get on namespaces, bound for ${name}`;
  const [found] = await kubectl.objects(name, [`namespace/${name}`], { allowedBy });
  if (!found) return [{ check, ok: false, detail: "is not there → ask its owner, or set existingNamespace: false" }];
  const level: string | undefined = found.metadata.labels?.[ENFORCE];
  const enforced = `its owner enforces ${level ?? "what the cluster does by default"}`;
  if (onHost && level !== undefined && level !== "privileged") {
    const detail = `${enforced}, which refuses pods on their host → have it labelled ${ENFORCE}=privileged`;
    return [{ check, ok: false, detail }];
  }
  const advice = onHost || level === "restricted" ? "" : ` → ${ENFORCE}=restricted would hold its other pods too`;
  return [{ check, ok: true, detail: `${enforced}${advice}` }];
}
