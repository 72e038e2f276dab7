import type { Container, PodSpec } from "../framework/provider-types";
import { Annotations, type Construct } from "../framework/terraform";
import { refuse } from "../problem";
import { withResources } from "./container-resources";
import { endsByItself, extended, withAdded } from "./extend";
import { lifetime, withBudget } from "./lifetime";
import { mirroredIn } from "./mirror";
import { placement } from "./placement";
import { conflicts } from "./pod-conflicts";
import type { KubernetesProps } from "./props";
import { containerSecurity, podSecurity } from "./security";

/** What has the pod. */
export interface Workload {
  readonly scope: Construct;
  readonly name: string;
  /** Volumes that it has a claim template for. */
  readonly claims: readonly string[];
  /** Labels by which it knows its pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * A pod as the platform asks for it.
 * @throws Error for what the pod has already
 */
export function podOf(own: PodSpec, kubernetes: KubernetesProps, workload: Workload): PodSpec {
  const { scope, name, claims, selector } = workload;
  const { imagePullSecrets, sidecars = [] } = kubernetes;
  refuse(`kubernetes of ${name}`, conflicts(own, kubernetes, claims));
  if (sidecars.length > 0 && endsByItself(own)) {
    Annotations.of(scope).addWarning(`kubernetes.sidecars: the Job ${name} would not end beside one, so it has none`);
  }
  const added = withAdded(
    eachContainer(own, container => extended(container, kubernetes)),
    kubernetes,
  );
  const pod = eachContainer(added, container => containerOf(container, kubernetes, scope));
  return {
    ...pod,
    ...placement(pod, kubernetes, selector),
    ...lifetime(pod, kubernetes),
    securityContext: podSecurity(pod.securityContext, kubernetes),
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map(name => ({ name })) }),
  };
}

/** A pod with other containers, those that run before the others too. */
function eachContainer(pod: PodSpec, change: (container: Container) => Container): PodSpec {
  const { initContainer, container } = pod;
  return {
    ...pod,
    ...(initContainer && { initContainer: (initContainer as Container[]).map(change) }),
    ...(container && { container: (container as Container[]).map(change) }),
  };
}

function containerOf(own: Container, kubernetes: KubernetesProps, scope: Construct): Container {
  const { registry, imagePullPolicy, resources, startupBudget } = kubernetes;
  const container = withBudget(withResources(own, resources?.[own.name]), startupBudget);
  const { image, securityContext } = container;
  return {
    ...container,
    image: image === undefined || registry === undefined ? image : mirroredIn(scope, image, registry),
    ...(imagePullPolicy && { imagePullPolicy }),
    securityContext: containerSecurity(securityContext, kubernetes),
  };
}
