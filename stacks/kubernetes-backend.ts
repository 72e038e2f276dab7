import {
  type Construct,
  TerraformBackend,
  type TerraformRemoteState,
} from "../constructs/kubernetes/framework/terraform";

export interface KubernetesBackendProps {
  readonly namespace: string;
  /** The state is the Secret `tfstate-default-<suffix>`, locked by a Lease. */
  readonly secretSuffix: string;
  readonly configPath: string;
  readonly configContext?: string;
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
    const { namespace, secretSuffix, configPath, configContext } = this.props;
    return { namespace, secret_suffix: secretSuffix, config_path: configPath, config_context: configContext };
  }

  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("stacks do not refer to each other: pass a name that is known at synth");
  }
}
