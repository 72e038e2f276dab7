import { dirname, join } from "node:path";
import { escapeAll } from "../constructs/kubernetes/framework/escape";
import { App } from "../constructs/kubernetes/framework/terraform";
import { forgetTokens, recordNoTokenTraces } from "../constructs/kubernetes/framework/token-maps";
import { remedyOf } from "../constructs/kubernetes/problem";
import { type Finding, finding } from "../values/load/finding";
import { type Environment, ValuesError } from "../values/load/load";
import { sectionsOf } from "../values/schema/sections";
import { backendProblems } from "./backend";
import { connectionProblems } from "./connection";
import type { EnvironmentStack } from "./environment-stack";
import { platformProblems } from "./kubernetes";
import { monitoringProblems } from "./monitoring";
import { stackSection } from "./sections";
import { orSayWhere, staged } from "./staged";
import { urlSecretProblems } from "./url-secrets";

export interface AppOptions {
  /** Where the Terraform configuration is written. @default "cdktf.out" */
  readonly outdir?: string;
}

/** Refuses environments with a `ValuesError` that has all findings, before anything is made. */
export function check(environments: readonly Environment[]): void {
  const findings = environments.flatMap(findingsOf);
  if (findings.length > 0) throw new ValuesError(findings);
}

/** An app for programs: its tokens do not say where they were made. */
export function newApp({ outdir }: AppOptions = {}): App {
  recordNoTokenTraces();
  return orSayWhere(() => new App({ outdir, stackTraces: false }));
}

/** What a program wants of the stacks of one environment. */
export type Each<T> = (stacks: readonly EnvironmentStack[], environment: Environment, app: App) => T;

/**
 * Makes the stacks of one environment after the other, with something of each for the caller. Tokens of all apps of the
 * process are forgotten.
 *
 * One environment's stacks know nothing of another's, and are let go before the next one's are made, so that memory
 * hardly grows with their number: to write 1,000 environments of six nodes takes 2.4 GB and 80 s of CPU all at once. In
 * turn, shared by two processes, it takes 0.34 GB in each and 42 s, with their values (docs/evidence/bench.md).
 */
export function* inTurn<T>(environments: readonly Environment[], each: Each<T>, app: App): Generator<T> {
  for (const environment of environments) {
    const stacks = stacksOf(app, environment);
    yield each(stacks, environment, app);
    for (const { node } of stacks) app.node.tryRemoveChild(node.id);
    forgetTokens();
  }
}

/** Writes the Terraform configuration of one environment's stacks, without the app's manifest. */
export function write(stacks: readonly EnvironmentStack[], { outdir, skipValidation, manifest }: App): void {
  for (const stack of stacks) stack.prepareStack();
  staged(outdir, folder => {
    const session = { outdir: folder, skipValidation, manifest: manifestIn(folder, manifest) };
    for (const stack of stacks) stack.synthesizer.synthesize(session);
  });
}

/** Writes `manifest.json`, with every stack of the app. */
export function writeManifest({ outdir, manifest }: App): void {
  staged(outdir, folder => manifestIn(folder, manifest).writeToFile());
}

/** The same manifest, whose files are in another folder. */
const manifestIn = (folder: string, manifest: App["manifest"]): App["manifest"] =>
  Object.create(manifest, { outdir: { value: folder } });

/** Writes the Terraform configuration of environments in turn, with something of every stack for the caller. */
export function synthesize<T>(
  environments: readonly Environment[],
  each: (stack: EnvironmentStack) => T,
  options: AppOptions = {},
): { outdir: string; results: T[] } {
  check(environments);
  const app = newApp(options);
  const written = (stacks: readonly EnvironmentStack[]) => {
    write(stacks, app);
    return stacks.map(each);
  };
  const results = [...inTurn(environments, written, app)].flat();
  writeManifest(app);
  return { outdir: app.outdir, results };
}

export function stacksOf(app: App, environment: Environment): EnvironmentStack[] {
  const values = escapeAll(environment.values);
  return sectionsOf(values).map(({ name }) =>
    stackSection(name).stack(app, environment.name, values, fileText(environment), filePath(environment)),
  );
}

/** What is wrong with an environment beyond the form of its values. */
export function findingsOf(environment: Environment): Finding[] {
  const { values } = environment;
  const problems = [
    ...backendProblems(values),
    ...connectionProblems(values),
    ...monitoringProblems(values),
    ...platformProblems(values),
    ...urlSecretProblems(values),
    ...sectionsOf(values).flatMap(({ name }) =>
      stackSection(name).problems(values, fileText(environment), filePath(environment)),
    ),
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

const filePath = (environment: Environment) => (file: string) => join(dirname(environment.file), file);
