import { escapeAll } from "../constructs/escape";
import { App, recordNoTokenTraces } from "../constructs/terraform";
import { type Finding, finding } from "../values/finding";
import { type Environment, ValuesError } from "../values/load";
import { backendProblems } from "./backend";
import { p2pProblems } from "./p2p-problems";
import type { P2pEnvironment } from "./p2p-props";
import { P2pStack } from "./p2p-stack";

export interface AppOptions {
  /** Where the Terraform configuration is written. @default "cdktf.out" */
  readonly outdir?: string;
}

/** An app with the stacks of every environment. Throws a `ValuesError` with all findings before anything is constructed or written. */
export function buildApp(environments: readonly Environment[], options: AppOptions = {}): { app: App; stacks: P2pStack[] } {
  const findings = environments.flatMap(findingsOf);
  if (findings.length > 0) throw new ValuesError(findings);
  recordNoTokenTraces();
  const app = new App({ outdir: options.outdir, stackTraces: false });
  const stacks = environments.flatMap(({ name, values }) => (hasP2p(values) ? [new P2pStack(app, name, escapeAll(values))] : []));
  return { app, stacks };
}

function findingsOf(environment: Environment): Finding[] {
  const { values } = environment;
  const problems = [...backendProblems(values), ...(hasP2p(values) ? p2pProblems(values) : [])];
  return problems.map(({ path, message, remedy }) => finding(environment.locate(path), path, message, remedy));
}

function hasP2p(values: Environment["values"]): values is P2pEnvironment {
  return values.p2p !== undefined;
}
