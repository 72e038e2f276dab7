import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { StackManifests } from "../manifests/objects";
import type { Address } from "../manifests/placeholders";
import type { Head } from "../review/head";
import type { EnvironmentStack } from "../stacks/environment-stack";
import type { Environment } from "../values/load/load";
import type { Section } from "../values/schema/sections";
import { environmentsOf, type ValuesOptions, withValues } from "./environments";
import { type Kubectl, KubectlError, withKubectl } from "./kubernetes/kubectl";
import { orNameAnother } from "./output";
import { temporaryFolder } from "./temporary";
import { writeWhole } from "./write-whole";

interface ManifestsOptions extends ValuesOptions {
  readonly stack?: string;
  readonly out?: string;
  readonly resolve?: boolean;
}

export function registerManifests(program: Command): void {
  withValues(program.command("manifests"))
    .description("print the Kubernetes manifests that Terraform will create")
    .argument("<env>", "name of the environment")
    .option("--stack <name>", "print only this stack, such as p2p")
    .option("--out <dir>", "write one file per stack to this folder instead")
    .option("--resolve", "fill in the addresses of Services that exist in the cluster, with kubectl")
    .action(async (name: string, options: ManifestsOptions) => {
      const environments = environmentsOf([name], options);
      const { toYaml }: typeof import("../manifests") = require("../manifests");
      const stacks = render(environments);
      const chosen = stacks.filter(({ id }) => options.stack === undefined || id === `${name}-${options.stack}`);
      if (chosen.length === 0) {
        const names = stacks.map(({ id }) => id.slice(name.length + 1)).join(", ");
        throw new Error(`environment ${name} has no stack "${options.stack}": it has ${names || "none"}`);
      }
      const [environment] = environments as [Environment];
      const wanted = options.resolve
        ? await withKubectl(environment.values.cluster, kubectl => resolved(kubectl, environment, chosen))
        : chosen;
      if (!options.out) {
        process.stdout.write(wanted.map(({ manifests }) => toYaml(manifests)).join("---\n"));
        return;
      }
      const { removeStaleManifests, sayGone, valuesFrom }: typeof import("./stale") = require("./stale");
      const ids = stacks.map(({ id }) => id);
      orNameAnother(options.out, "folder", "--out", () => mkdirSync(options.out as string, { recursive: true }));
      const from = valuesFrom(options.out, options.values);
      const files = wanted.map(({ id, manifests }) => ({
        file: join(options.out as string, `${id}.yaml`),
        text: headed(environment, id, { stacks: ids, values: from }, toYaml(manifests)),
      }));
      writeWhole(files, "folder", "--out"); // they refer to each other: all or none
      for (const { file } of files) console.log(file);
      const written = { values: options.values, environments: [name], stacks: ids };
      sayGone(removeStaleManifests(options.out, written), options.values);
    });
}

/** A comparison has to know of which environment a file is, and whether it is whole. */
function headed(
  environment: Environment,
  stack: string,
  written: Pick<Head, "stacks" | "values">,
  text: string,
): string {
  const { withHead }: typeof import("../review/head") = require("../review/head");
  const { originOf }: typeof import("../review/origin") = require("../review/origin");
  const section = stack.slice(environment.name.length + 1) as Section;
  return withHead({ environment: environment.name, stack, ...written, ...originOf(environment, section) }, text);
}

export interface Rendered {
  readonly id: string;
  readonly manifests: StackManifests;
}

/** Stacks with the addresses of the cluster. Only Services that others refer to are looked up. */
export async function resolved(
  kubectl: Kubectl,
  { name }: Environment,
  stacks: readonly Rendered[],
): Promise<Rendered[]> {
  const { resolveAddresses }: typeof import("../manifests/resolve") = require("../manifests/resolve");
  const namespaces = new Map<string, Set<string>>();
  const note = ({ namespace, name }: Address) => {
    namespaces.set(namespace, (namespaces.get(namespace) ?? new Set()).add(name));
    return "";
  };
  for (const { manifests } of stacks) resolveAddresses(manifests.objects, note);
  if (namespaces.size === 0) return [...stacks];

  const addresses = new Map<string, string>();
  for (const [namespace, names] of namespaces) {
    const services = await kubectl.objects(
      namespace,
      [...names].map(service => `service/${service}`),
    );
    for (const { metadata, spec } of services) addresses.set(`${namespace}/${metadata.name}`, spec.clusterIP);
  }
  const lookUp = ({ field, kind, namespace, name }: Address) => {
    const address = kind === "Service" && field === "clusterIP" ? addresses.get(`${namespace}/${name}`) : undefined;
    return address === "None" ? undefined : address || undefined;
  };
  try {
    return stacks.map(({ id, manifests }) => ({
      id,
      manifests: { ...manifests, objects: resolveAddresses(manifests.objects, lookUp) },
    }));
  } catch (error) {
    const remedy = `or let rollup-network deploy ${name} do it all`;
    throw new KubectlError(`${kubectl.cluster}: ${(error as Error).message}, ${remedy}`, "not found");
  }
}

/** The manifests of every stack of environments. */
export function render(environments: readonly Environment[]): Rendered[] {
  return rendered(environments, stacks =>
    stacks.map(({ stack, manifests }) => ({ id: stack.node.id, manifests })),
  ).flat();
}

/** Visits the stacks of every environment, with their manifests. Only the framework needs the folder. */
export function rendered<T>(
  environments: readonly Environment[],
  each: (stacks: readonly { stack: EnvironmentStack; manifests: StackManifests }[], environment: Environment) => T,
): T[] {
  const { check, inTurn, newApp }: typeof import("../stacks/app") = require("../stacks/app");
  const { manifestsOf }: typeof import("../manifests/stack") = require("../manifests/stack");
  const visit = (stacks: readonly EnvironmentStack[], environment: Environment) =>
    each(
      stacks.map(stack => ({ stack, manifests: manifestsOf(stack) })),
      environment,
    );
  check(environments);
  const outdir = temporaryFolder("");
  try {
    return [...inTurn(environments, visit, newApp({ outdir }))];
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
