import type { App } from "../../constructs/kubernetes/framework/terraform";
import { type AppOptions, check, newApp, stacksOf } from "../../stacks/app";
import type { EnvironmentStack } from "../../stacks/environment-stack";
import type { Environment } from "../../values/load/load";

/** The stacks of every environment at once. Unlike `inTurn` it keeps them, so that a test can look at them. */
export function buildApp(
  environments: readonly Environment[],
  options: AppOptions,
): { app: App; stacks: EnvironmentStack[] } {
  check(environments);
  const app = newApp(options);
  return { app, stacks: environments.flatMap(environment => stacksOf(app, environment)) };
}
