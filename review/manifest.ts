import { isObject } from "../manifests/json";
import type { KubernetesObject } from "../manifests/objects";

/** Whether a value has what every Kubernetes object has. */
export function isManifest(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    typeof value.kind === "string" &&
    isObject(value.metadata) &&
    typeof value.metadata.name === "string"
  );
}
