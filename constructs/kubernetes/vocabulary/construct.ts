import { Construct } from "../framework/terraform";
import { refuse } from "../problem";
import { digestProblems } from "./digests";
import type { KubernetesScope } from "./props";
import { kubernetesOf, setKubernetes } from "./scope";

/** A construct with the prop `kubernetes`, which holds for everything below it. */
export abstract class KubernetesConstruct extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { kubernetes, requireDigest = false }: KubernetesScope & { readonly requireDigest?: boolean },
  ) {
    super(scope, id);
    if (kubernetes) setKubernetes(this, kubernetes);
    if (requireDigest) refuse(`kubernetes of ${this.node.path}`, digestProblems(kubernetesOf(this)));
  }
}
