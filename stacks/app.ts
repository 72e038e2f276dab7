import { escapeAll } from "../constructs/kubernetes/framework/escape";
import { App } from "../constructs/kubernetes/framework/terraform";
import { forgetTokens, recordNoTokenTraces } from "../constructs/kubernetes/framework/token-maps";
import { remedyOf } from "../constructs/kubernetes/problem";
import { type Finding, finding } from "../values/load/finding";
import { type Environment, ValuesError } from "../values/load/load";
import { sectionsOf } from "../values/schema/sections";
import { backendProblems } from "./backend";
import type { EnvironmentStack } from "./environment-stack";
import { stackSection } from "./sections";

export interface AppOptions {
  /** Where the Terraform configuration is written. @default "cdktf.out" */
  readonly outdir?: string;
}

/** An app with the stacks of every environment at once, as tests look at them. Throws as `inTurn` does. */
export function buildApp(
  environments: readonly Environment[],
  options: AppOptions = {},
): { app: App; stacks: EnvironmentStack[] } {
  const app = checkedApp(environments, options);
  return { app, stacks: environments.flatMap(environment => stacksOf(app, environment)) };
}

/**
 * Makes the stacks of one environment after the other, with something of each for the caller. Throws a `ValuesError`
 * with all findings before anything is made. Tokens of all apps of the process are forgotten.
 *
 * One environment's stacks know nothing of another's, and are let go before the next one's are made, so that memory
 * hardly grows with their number: to write 1,000 environments of six nodes takes 2.5 GB and 117 s of CPU all at once,
 * and in turn 0.4 GB and 81 s, their values included (docs/evidence/bench.md).
 */
export function inTurn<T>(
  environments: readonly Environment[],
  each: (stacks: readonly EnvironmentStack[], environment: Environment, app: App) => T,
  options: AppOptions = {},
): { app: App; results: T[] } {
  const app = checkedApp(environments, options);
  const results = environments.map(environment => {
    const stacks = stacksOf(app, environment);
    const result = each(stacks, environment, app);
    for (const { node } of stacks) app.node.tryRemoveChild(node.id);
    forgetTokens();
    return result;
  });
  return { app, results };
}

/** Writes the Terraform configuration of environments in turn, with something of every stack for the caller. */
export function synthesize<T>(
  environments: readonly Environment[],
  each: (stack: EnvironmentStack) => T,
  options: AppOptions = {},
): { outdir: string; results: T[] } {
  const write = (stacks: readonly EnvironmentStack[], _: Environment, { outdir, skipValidation, manifest }: App) => {
    for (const stack of stacks) stack.prepareStack();
    for (const stack of stacks) stack.synthesizer.synthesize({ outdir, skipValidation, manifest });
    return stacks.map(each);
  };
  const { app, results } = inTurn(environments, write, options);
  app.synth(); // writes manifest.json, with every stack that was there
  return { outdir: app.outdir, results: results.flat() };
}

function checkedApp(environments: readonly Environment[], { outdir }: AppOptions): App {
  const findings = environments.flatMap(findingsOf);
  if (findings.length > 0) throw new ValuesError(findings);
  recordNoTokenTraces();
  return new App({ outdir, stackTraces: false });
}

function stacksOf(app: App, environment: Environment): EnvironmentStack[] {
  const values = escapeAll(environment.values);
  return sectionsOf(values).map(({ name }) =>
    stackSection(name).stack(app, environment.name, values, fileText(environment)),
  );
}

function findingsOf(environment: Environment): Finding[] {
  const { values } = environment;
  const problems = [
    ...backendProblems(values),
    ...sectionsOf(values).flatMap(({ name }) => stackSection(name).problems(values, fileText(environment))),
  ];
  const findings = problems.map(problem => {
    const { path, message } = problem;
    return finding(environment.locate(path), path, message, remedyOf(problem));
  });
  // What is wrong with a value that several constructs take is found by each.
  return [...new Map(findings.map(each => [JSON.stringify(each), each])).values()];
}

/** Files that cannot be read are findings before anything asks for them. */
const fileText = (environment: Environment) => (file: string) => environment.files.get(file) ?? "";
