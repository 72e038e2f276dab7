/** The seam to the framework: everything the package uses of CDK for Terraform and of constructs. */

export {
  Annotations,
  App,
  Aspects,
  AzurermBackend,
  DefaultTokenResolver,
  dependable,
  Fn,
  GcsBackend,
  LocalBackend,
  PgBackend,
  type PgBackendConfig,
  S3Backend,
  StringConcat,
  TerraformAsset,
  TerraformBackend,
  TerraformDataSource,
  TerraformOutput,
  type TerraformRemoteState,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Testing,
  Token,
  Tokenization,
} from "cdktf";
export { invokeAspects } from "cdktf/lib/synthesize/synthesizer";
export { Construct, type IConstruct } from "constructs";
