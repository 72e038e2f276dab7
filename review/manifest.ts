import type { KubernetesObject } from "../manifests/objects";
import { isObject } from "../manifests/terraform";

/** Whether a value has what every Kubernetes object has. */
export function isManifest(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    typeof value.kind === "string" &&
    isObject(value.metadata) &&
    typeof value.metadata.name === "string"
  );
}
