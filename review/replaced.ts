import type { JsonObject } from "../manifests/terraform";
import type { Difference } from "./difference";

/**
 * The fields that hashicorp/kubernetes 2.38.0 replaces an object for (`ForceNew` in its schemas), beside name and namespace. Listed are the
 * kinds that the manifest view knows; the rest of an object changes in place.
 */
const REPLACED: Readonly<Record<string, readonly RegExp[]>> = {
  StatefulSet: [
    /^spec\.(selector|serviceName|podManagementPolicy|revisionHistoryLimit)\b/,
    /^spec\.volumeClaimTemplates(\[[^\]]*\])?(\.metadata\.name|\.spec\.(?!resources\.requests).*)?$/,
  ],
  Deployment: [/^spec\.selector\b/],
  Service: [/^spec\.(clusterIPs?|loadBalancerClass|healthCheckNodePort)\b/],
  PersistentVolumeClaim: [/^spec\.(?!resources\.requests)/],
  PodDisruptionBudget: [/^spec\b/],
  RoleBinding: [/^roleRef\b/],
  PriorityClass: [/^(value|preemptionPolicy)\b/],
  Job: [/^spec\.(template|selector|completions|completionMode|podFailurePolicy|backoffLimitPerIndex)\b/],
};

/** Fields that the provider leaves as the cluster has them where the configuration says nothing (`Computed`). */
const KEPT: Readonly<Record<string, RegExp>> = {
  StatefulSet: /^spec\.podManagementPolicy$|\.spec\.(storageClassName|volumeName|volumeMode)$/,
  Service: /^spec\.(clusterIPs?|healthCheckNodePort)$/,
  PersistentVolumeClaim: /^spec\.(storageClassName|volumeName|volumeMode)$/,
};

/** Whether Terraform makes nothing of a field that the configuration no longer gives. */
export function kept(kind: string, { path, after }: Difference): boolean {
  return after === undefined && (KEPT[kind]?.test(path) ?? false);
}

/** The fields among the differing ones that make Terraform delete an object and create it anew. */
export function replacedFor(kind: string, differences: readonly Difference[], before: JsonObject): string[] {
  const immutable = kind === "ConfigMap" && before.immutable === true ? [/^(data|binaryData|immutable)\b/] : [];
  const fields = [...(REPLACED[kind] ?? []), ...immutable];
  return differences.map(({ path }) => path).filter(path => fields.some(field => field.test(path)));
}
