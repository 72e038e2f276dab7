import type { Container, PodSpec } from "../framework/provider-types";
import type { KubernetesProps } from "./props";

type PodSecurity = PodSpec["securityContext"];

/** Who runs a pod, and under which profile. */
export function podSecurity(own: PodSecurity, kubernetes: KubernetesProps): PodSecurity {
  const { users, fsGroupChangePolicy } = kubernetes;
  if (!users && !fsGroupChangePolicy && !kubernetes.seccompProfile) return own;
  const { runAsUser, runAsGroup, fsGroup, ...others } = own ?? {};
  const { user, group, fsGroup: ofVolumes } = users === "platform" ? {} : (users ?? {});
  return {
    ...others,
    ...(users !== "platform" && {
      runAsUser: user === undefined ? runAsUser : String(user),
      runAsGroup: group === undefined ? runAsGroup : String(group),
      fsGroup: ofVolumes === undefined ? fsGroup : String(ofVolumes),
    }),
    ...(fsGroupChangePolicy && { fsGroupChangePolicy }),
    ...profile(kubernetes),
  };
}

/** A container says its profile too, which would win over the pod's. */
export function containerSecurity(
  own: Container["securityContext"],
  kubernetes: KubernetesProps,
): Container["securityContext"] {
  return kubernetes.seccompProfile ? { ...own, ...profile(kubernetes) } : own;
}

const profile = ({ seccompProfile }: KubernetesProps) =>
  seccompProfile && { seccompProfile: { type: "Localhost", localhostProfile: seccompProfile } };
