/** The seam to the framework: everything the package uses of CDK for Terraform and of constructs. */
export {
  Annotations,
  App,
  Aspects,
  AzurermBackend,
  dependable,
  GcsBackend,
  LocalBackend,
  PgBackend,
  type PgBackendConfig,
  S3Backend,
  TerraformAsset,
  TerraformBackend,
  TerraformElement,
  TerraformOutput,
  type TerraformRemoteState,
  TerraformResource,
  TerraformStack,
  Testing,
  Token,
} from "cdktf";
export { invokeAspects } from "cdktf/lib/synthesize/synthesizer";
export { Construct, type IConstruct } from "constructs";
