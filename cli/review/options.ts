import { basename } from "node:path";
import { type Command, Option } from "commander";
import type { StackChanges } from "../../review/changes";
import type { Origin } from "../../review/origin";
import { type Environment, stackName } from "../../values/load/environment";
import { sectionNames } from "../../values/schema/sections";
import { environmentsOf, type ValuesOptions, withValues } from "../environments";
import { readGiven } from "../input";
import { render } from "../manifests";

export interface ReviewOptions extends ValuesOptions {
  readonly base?: string;
  readonly plan: string[];
  readonly json?: boolean;
}

/** The options of commands that show what a change would do. */
export function withReview(command: Command): Command {
  return withValues(command)
    .argument("<env>", "name of the environment")
    .option(
      "--base <dir>",
      "compare with the manifests that `manifests --out` wrote to this folder before the change; " +
        '"none" for a new environment',
    )
    .addOption(
      new Option(
        "--plan <file>",
        "read a Terraform plan instead: the output of terraform show -json, one for each stack",
      )
        .argParser((file: string, all: string[]) => [...all, file])
        .default([], "none"),
    )
    .option("--json", "print JSON");
}

/** What would change in the stacks of an environment. */
export function changesOf(name: string, options: ReviewOptions): StackChanges[] {
  const { base, plan: plans } = options;
  if ((base === undefined) === (plans.length === 0)) {
    throw new Error("what to compare with? → give either --base <dir> or --plan <file>");
  }
  const [environment] = environmentsOf([name], options) as [Environment];
  return base === undefined ? planned(environment, plans) : since(base, environment);
}

function since(folder: string, environment: Environment): StackChanges[] {
  const { fromYaml, readBase }: typeof import("../../review/base") = require("../../review/base");
  const { originOf }: typeof import("../../review/origin") = require("../../review/origin");
  const { compare }: typeof import("../../review/change") = require("../../review/change");
  const { toYaml }: typeof import("../../manifests") = require("../../manifests");
  const before: ReturnType<typeof readBase> =
    folder === "none" ? new Map() : readBase(folder, environment.name, sectionNames, file => readGiven(file, "--base"));
  const rendered = render([environment]);
  // Both sides go through YAML, so that YAML itself makes no difference.
  const after = new Map(rendered.map(({ id, manifests }) => [id, fromYaml(toYaml(manifests), id)]));
  return [...new Set([...after.keys(), ...before.keys()])].map(id => {
    const base = before.get(id);
    const section = sectionNames.find(section => id === stackName(environment.name, section));
    const origins = base && section && { before: located(base.origin), after: located(originOf(environment, section)) };
    return compare(id, base?.manifests, after.get(id), origins);
  });
}

/** Both sides as this machine knows them: the same kubeconfig leads to the same cluster. */
function located(origin: Origin): Origin {
  const { serverOf }: typeof import("../kubernetes/kubeconfig") = require("../kubernetes/kubeconfig");
  const { kubeconfig, context, server = kubeconfig && serverOf(kubeconfig, context) } = origin.cluster;
  return { ...origin, cluster: { ...origin.cluster, ...(server && { server }) } };
}

function planned(environment: Environment, files: readonly string[]): StackChanges[] {
  const { readPlan }: typeof import("../../review/plan/plan") = require("../../review/plan/plan");
  const {
    refuseStrange,
    unplanned,
  }: typeof import("../../review/plan/environment") = require("../../review/plan/environment");
  const plans = files.map(file => {
    const plan = readPlan(
      readGiven(file, "--plan", `terraform show -json plan > ${file}`),
      basename(file).replace(/\.json$/, ""),
    );
    refuseStrange(plan, file, environment);
    return plan;
  });
  return [...plans, ...unplanned(plans, environment).map(stack => ({ stack, unknown: true, changes: [] }))];
}
