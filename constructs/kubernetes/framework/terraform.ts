/** The seam to the framework: everything the package uses of CDK for Terraform and of constructs. */

export {
  Annotations,
  App,
  Aspects,
  AzurermBackend,
  dependable,
  Fn,
  GcsBackend,
  LocalBackend,
  PgBackend,
  type PgBackendConfig,
  S3Backend,
  TerraformAsset,
  TerraformBackend,
  TerraformOutput,
  type TerraformRemoteState,
  TerraformResource,
  TerraformStack,
  Testing,
} from "cdktf";
export { invokeAspects } from "cdktf/lib/synthesize/synthesizer";
export { Construct, type IConstruct } from "constructs";
