/** The seam to the framework: everything the package uses of CDK for Terraform and of constructs. */
import tokenTraces = require("cdktf/lib/tokens/private/stack-trace");

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

/**
 * Keeps the framework from recording a stack trace of any depth with every token, which is more than a third of the
 * time of a large synthesis. For programs: an error about a token no longer says where the token was made.
 */
export function recordNoTokenTraces(): void {
  Object.assign(tokenTraces, { captureStackTrace: () => [] });
}

/**
 * Lets go of every token, and with it of the resources that it refers to: the framework's one map of them holds on to
 * all. For programs, once every stack that there is has been written; a token that was made before can no longer be
 * resolved.
 */
export function forgetTokens(): void {
  const {
    TokenMap,
  }: typeof import("cdktf/lib/tokens/private/token-map") = require("cdktf/lib/tokens/private/token-map");
  const { stringTokenMap, numberTokenMap } = TokenMap.instance() as unknown as Record<string, Map<unknown, unknown>>;
  stringTokenMap?.clear();
  numberTokenMap?.clear();
}
