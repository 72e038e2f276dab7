import { Construct } from "../framework/terraform";
import type { KubernetesScope } from "./props";
import { setKubernetes } from "./scope";

/** A construct with the prop `kubernetes`, which holds for everything below it. */
export abstract class KubernetesConstruct extends Construct {
  constructor(scope: Construct, id: string, { kubernetes }: KubernetesScope) {
    super(scope, id);
    if (kubernetes) setKubernetes(this, kubernetes);
  }
}
