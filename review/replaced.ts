import type { JsonObject } from "../manifests/json";
import type { Difference } from "./difference";

/**
 * The fields, beside name and namespace, for which hashicorp/kubernetes 2.38.0 replaces an object (`ForceNew` in its
 * schemas). The kinds are those of the manifest view. All other fields change in place.
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

/** Fields that keep the cluster's value if the configuration does not give them (`Computed` in the schemas). */
const KEPT: Readonly<Record<string, RegExp>> = {
  StatefulSet: /^spec\.podManagementPolicy$|\.spec\.(storageClassName|volumeName|volumeMode)$/,
  Service: /^spec\.(clusterIPs?|healthCheckNodePort)$/,
  PersistentVolumeClaim: /^spec\.(storageClassName|volumeName|volumeMode)$/,
};

/** Whether Terraform ignores that the configuration no longer gives a field. */
export function kept(kind: string, { path, after }: Difference): boolean {
  return after === undefined && (KEPT[kind]?.test(path) ?? false);
}

/** The differing fields for which Terraform deletes an object and creates it again. */
export function replacedFor(kind: string, differences: readonly Difference[], before: JsonObject): string[] {
  const immutable = kind === "ConfigMap" && before.immutable === true ? [/^(data|binaryData|immutable)\b/] : [];
  const fields = [...(REPLACED[kind] ?? []), ...immutable];
  return differences.map(({ path }) => path).filter(path => fields.some(field => field.test(path)));
}
