import { type IConstruct, TerraformResource } from "../framework/terraform";
import { mustBeKnown, type Shape } from "../known";
import { refuse } from "../problem";
import { mergeKubernetes } from "./merge";
import type { AddedContainer } from "./pod-props";
import { kubernetesProblems } from "./problems";
import type { KubernetesProps } from "./props";

/** What holds for a construct and all below it, where it was said. */
const levels = new WeakMap<IConstruct, KubernetesProps>();

const NOTHING: KubernetesProps = {};

/** Policies open the way to where a Secret leads. */
const SECRETS = { "*": { targets: "give the URL" } };

/** A mirror has to know the registry. */
const ADDED: Shape<AddedContainer> = { image: "give the image as text", secretEnv: SECRETS };

/** What is read, and not only passed on. */
const SHAPE: Shape<KubernetesProps> = {
  registry: true,
  resources: "give the amount: the heap is computed from it",
  users: true,
  startupBudget: true,
  terminationGrace: true,
  dnsPolicy: true,
  secretEnv: SECRETS,
  initContainers: ADDED,
  sidecars: ADDED,
};

/** What the platform asks of the objects of a construct, with what the constructs above it say. */
export function kubernetesOf(scope: IConstruct): KubernetesProps {
  return levels.get(scope) ?? (scope.node.scope ? kubernetesOf(scope.node.scope) : NOTHING);
}

/** Keeps a cloud's role from what is below a construct: its pods need none. */
export function withoutCloudRole(scope: IConstruct): void {
  const { serviceAccountAnnotations: _, ...others } = kubernetesOf(scope);
  levels.set(scope, others);
}

/**
 * Says what a platform asks of every object below a construct, such as a stack, over what is said above it. Constructs
 * of this package take the same as their prop `kubernetes`.
 *
 *     setKubernetes(stack, { tolerations: [{ key: "dedicated", operator: "Exists" }] });
 *
 * @throws Error for what no platform asks, and once there are objects that it would not reach
 */
export function setKubernetes(scope: IConstruct, props: KubernetesProps): void {
  const what = `kubernetes of ${scope.node.path || "the app"}`;
  mustBeKnown(what, props, SHAPE);
  refuse(what, kubernetesProblems(props));
  if (scope.node.findAll().some(TerraformResource.isTerraformResource)) {
    throw new Error(`${what}: it has objects already, which would go without → say it before you make them`);
  }
  levels.set(scope, mergeKubernetes(kubernetesOf(scope), props));
}
