import type { Kubectl } from "../kubernetes/kubectl";
import type { Target } from "./target";

/** The uid of a member's pod. */
export async function podUid(
  kubectl: Kubectl,
  { namespace }: Target,
  name: string,
  allowedBy: string,
): Promise<string> {
  const [pod] = await kubectl.objects(namespace, [`pod/${name}`], { allowedBy });
  return known(name, pod?.metadata.uid);
}

/** Deletes the pod with this uid only, never one that replaced it meanwhile. */
export async function deletePod(
  kubectl: Kubectl,
  { namespace }: Target,
  name: string,
  uid: string | undefined,
  allowedBy: string,
): Promise<void> {
  const preconditions = { uid: known(name, uid) };
  await kubectl.run(["delete", "--raw", `/api/v1/namespaces/${namespace}/pods/${name}`, "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", preconditions }),
    allowedBy,
  });
}

function known(name: string, uid: string | undefined): string {
  if (!uid) throw new Error(`pod ${name} is gone, or has no uid → look at sequencer status`);
  return uid;
}
