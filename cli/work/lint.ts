import type { Located } from "../../lint/sarif";
import { manifestsOf } from "../../manifests/stack";
import type { EnvironmentStack } from "../../stacks/environment-stack";
import type { Environment } from "../../values/load/environment";
import { findingsOf } from "../review/lint-findings";
import { located } from "../review/lint-place";

/** What lint finds in an environment. */
export function lint(stacks: readonly EnvironmentStack[], environment: Environment): Located[] {
  return findingsOf(environment, stacks.map(manifestsOf)).map(finding => located(environment, finding));
}
