import {
  type Construct,
  TerraformBackend,
  type TerraformRemoteState,
} from "../constructs/kubernetes/framework/terraform";

export interface KubernetesBackendProps {
  readonly namespace: string;
  /** The state is the Secret `tfstate-default-<suffix>`, locked by a Lease. */
  readonly secretSuffix: string;
  readonly configPath?: string;
  readonly configContext?: string;
  /** By the service account of the pod that runs Terraform. */
  readonly inClusterConfig?: true;
}

/** Terraform's `kubernetes` backend, which the framework has no class for. */
export class KubernetesBackend extends TerraformBackend {
  constructor(
    scope: Construct,
    private readonly props: KubernetesBackendProps,
  ) {
    super(scope, "backend", "kubernetes");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { namespace, secretSuffix, configPath, configContext, inClusterConfig } = this.props;
    return {
      namespace,
      secret_suffix: secretSuffix,
      config_path: configPath,
      config_context: configContext,
      in_cluster_config: inClusterConfig,
    };
  }

  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("stacks do not refer to each other: pass a name that is known at synth");
  }
}
