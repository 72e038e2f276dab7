import type { KubernetesObject } from "../../../manifests/objects";
import type { WorkloadSpec } from "../../../manifests/read/workload";

/** Whatever has a pod template. */
export const hasPods = ({ spec }: KubernetesObject): boolean =>
  typeof spec === "object" && spec !== null && "template" in spec;

/** A Pod as a workload's controller would make it: what pods are admitted by does not look at templates. */
export function podOf({ metadata, spec }: KubernetesObject): object {
  const { template, volumeClaimTemplates = [] } = spec as WorkloadSpec;
  const claims = volumeClaimTemplates.map(claim => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${metadata.name}-0` },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: `${metadata.name}-conformance`, namespace: metadata.namespace },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  };
}
