import { join } from "node:path";
import { Release } from "./framework/provider";
import { type Construct, TerraformAsset } from "./framework/terraform";
import { jsonText } from "./framework/tokens";
import { KubernetesConstruct } from "./vocabulary/construct";
import type { KubernetesScope } from "./vocabulary/props";
import { toldObject } from "./vocabulary/speak";

/** What an `ObjectsRelease` takes. */
export interface ObjectsReleaseProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the Helm release. */
  readonly name: string;
  /** Complete Kubernetes objects. Their custom resource definitions must be in the cluster. */
  readonly objects: readonly object[];
}

/**
 * Objects of kinds the provider has no resource for, as a release of a chart that prints what it is given.
 * `kubernetes_manifest` would need a reachable cluster at plan time.
 */
export class ObjectsRelease extends KubernetesConstruct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: ObjectsReleaseProps) {
    super(scope, id, props);
    const chart = new TerraformAsset(this, "Chart", { path: join(__dirname, "..", "..", "charts", "objects") });
    this.release = new Release(this, "Resource", {
      name: props.name,
      namespace: props.namespace,
      chart: chart.path,
      values: [jsonText({ objects: props.objects.map(each => toldObject(this, each)) })],
      atomic: true,
      cleanupOnFail: true,
      timeout: 120,
      maxHistory: 5,
    });
  }
}
