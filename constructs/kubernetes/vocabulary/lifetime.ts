import { type Duration, milliseconds } from "../duration";
import type { Container, PodSpec } from "../framework/provider-types";
import { listOf } from "./list";
import type { KubernetesProps } from "./props";

/** Whole seconds, as Kubernetes counts. */
export const seconds = (duration: Duration) => Math.ceil(milliseconds(duration) / 1000);

/** A container with another time to its first answer. */
export function withBudget(container: Container, budget: Duration | undefined): Container {
  const { startupProbe } = container;
  if (!budget || !startupProbe) return container;
  const failureThreshold = Math.max(1, Math.ceil(seconds(budget) / (startupProbe.periodSeconds ?? 10)));
  return { ...container, startupProbe: { ...startupProbe, failureThreshold } };
}

/** How a pod ends, and how it resolves names. */
export function lifetime(pod: PodSpec, kubernetes: KubernetesProps): Partial<PodSpec> {
  const { terminationGrace, hostAliases, dnsPolicy, dnsConfig } = kubernetes;
  return {
    ...(terminationGrace && { terminationGracePeriodSeconds: seconds(terminationGrace) }),
    ...(hostAliases && {
      hostAliases: [
        ...listOf<object>(pod.hostAliases),
        ...hostAliases.map(({ ip, hostnames }) => ({ ip, hostnames: [...hostnames] })),
      ] as PodSpec["hostAliases"],
    }),
    // On the host's network, the cluster's DNS has a policy of its own.
    ...(dnsPolicy && !(pod.hostNetwork && dnsPolicy === "ClusterFirst") && { dnsPolicy }),
    ...(dnsConfig && { dnsConfig: dnsConfigOf(pod.dnsConfig, dnsConfig) }),
  };
}

type TerraformDns = NonNullable<PodSpec["dnsConfig"]>;

function dnsConfigOf(own: TerraformDns | undefined, more: NonNullable<KubernetesProps["dnsConfig"]>): TerraformDns {
  const { nameservers, searches, options = [] } = more;
  const kept = listOf<{ readonly name: string }>(own?.option).filter(
    each => !options.some(({ name }) => name === each.name),
  );
  return {
    ...(nameservers && { nameservers: [...nameservers] }),
    ...(searches && { searches: [...searches] }),
    ...(kept.length + options.length > 0 && { option: [...kept, ...options] }),
  };
}
