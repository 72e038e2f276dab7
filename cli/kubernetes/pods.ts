import { type Kubectl, KubectlError } from "./kubectl";

/** The uid of a pod. */
export async function podUid(kubectl: Kubectl, namespace: string, name: string, allowedBy: string): Promise<string> {
  const [pod] = await kubectl.objects(namespace, [`pod/${name}`], { allowedBy });
  return known(namespace, name, pod?.metadata.uid);
}

/** Deletes the pod with this uid only, never one that replaced it meanwhile. */
export async function deletePod(
  kubectl: Kubectl,
  namespace: string,
  name: string,
  uid: string | undefined,
  allowedBy: string,
): Promise<void> {
  const preconditions = { uid: known(namespace, name, uid) };
  await kubectl.run(["delete", "--raw", `/api/v1/namespaces/${namespace}/pods/${name}`, "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", preconditions }),
    allowedBy,
  });
}

function known(namespace: string, name: string, uid: string | undefined): string {
  if (uid) return uid;
  const look = `look at kubectl --namespace ${namespace} get pod ${name}`;
  throw new KubectlError(`pod ${name} is gone, or has no uid → ${look}`, "not found");
}
