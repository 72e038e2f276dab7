import { isObject, type JsonObject } from "../../manifests/json";
import type { ResourceChange } from "./values";

/** A plan that is whole: every resource of the stack is in it, changed or not. */
export interface PlanFile {
  readonly resources: readonly ResourceChange[];
  /** Constants of the providers' configuration, such as `config_context`. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
}

/** @throws Error for a text that is not a plan, and for a plan of which a part is missing */
export function readPlanFile(text: string, name: string): PlanFile {
  const plan = parsePlan(text, name);
  refuseParts(plan, name);
  const all = allChanges(plan, name);
  refuseMissing(plan, all, name);
  refuseUnknown(all, name);
  return { resources: all.filter(({ mode }) => mode !== "data"), providers: providersOf(plan) };
}

const REMEDY = "→ terraform plan -out plan && terraform show -json plan > plan.json";

function parsePlan(text: string, name: string): JsonObject {
  if (text.startsWith("PK")) throw new Error(`${name} is the plan itself, and not its JSON ${REMEDY}`);
  if (text.startsWith('{"@level"'))
    throw new Error(`${name} is the log of terraform plan -json, which lacks the values ${REMEDY}`);
  let plan: unknown;
  try {
    plan = JSON.parse(text.replace(/^\uFEFF/, "")); // as Windows PowerShell writes it
  } catch (error) {
    throw new Error(`${name} is no JSON: ${(error as Error).message} ${REMEDY}`);
  }
  if (!isObject(plan) || typeof plan.format_version !== "string")
    throw new Error(`${name} is no plan of Terraform ${REMEDY}`);
  if (!/^1\./.test(plan.format_version)) {
    throw new Error(`${name} has format_version ${plan.format_version}, and 1.x is known → use Terraform 1.1 or later`);
  }
  if (!("planned_values" in plan)) throw new Error(`${name} is no plan, but a state or a configuration ${REMEDY}`);
  return plan;
}

/** A plan says itself that it is not all of it: by -target, by an error, by what it puts off. */
function refuseParts(plan: JsonObject, name: string): void {
  if (plan.errored === true)
    throw new Error(`${name} is a plan that failed, so that it is not complete → put right what terraform plan says`);
  const deferred = list(plan.deferred_changes);
  if (deferred.length > 0) {
    const [first] = deferred.map(each =>
      isObject(each) && isObject(each.resource_change) ? each.resource_change.address : "",
    );
    throw new Error(
      `${name} puts off ${deferred.length} of its changes, ${first} among them, and does not say what they do ` +
        "→ apply what they wait for first, and plan again",
    );
  }
  if (plan.complete === false)
    throw new Error(`${name} is a part of a plan, as -target or -exclude makes it → plan without them`);
}

function allChanges(plan: JsonObject, name: string): ResourceChange[] {
  const all = plan.resource_changes ?? []; // left out when there is no resource
  const right = (each: unknown): each is ResourceChange =>
    isObject(each) &&
    typeof each.address === "string" &&
    isObject(each.change) &&
    Array.isArray(each.change.actions) &&
    (NO_VALUES.includes(each.change.actions.join()) || isObject(each.change.before) || isObject(each.change.after));
  if (!Array.isArray(all) || !all.every(right)) throw new Error(`${name} has resource_changes that are none ${REMEDY}`);
  return all;
}

/** Actions of a resource whose values may be missing. */
const NO_VALUES = ["no-op", "read"];

const ACTIONS = [
  ...NO_VALUES,
  "create",
  "update",
  "delete",
  "delete,create",
  "create,delete",
  "forget",
  "create,forget",
];

/** What a later Terraform may do, and nobody here knows the meaning of. */
function refuseUnknown(all: readonly ResourceChange[], name: string): void {
  const strange = all.find(({ change }) => !ACTIONS.includes(change.actions.join()));
  if (!strange) return;
  throw new Error(
    `${name} has the action "${strange.change.actions}" for ${strange.address}, which is not known ` +
      "→ use a newer version of this package",
  );
}

/** Terraform lists everything that the state has and the configuration wants; a plan of a part does not. */
function refuseMissing(plan: JsonObject, all: readonly ResourceChange[], name: string): void {
  const listed = new Set(all.flatMap(({ address, previous_address }) => [address, previous_address]));
  const missing = [...addressesIn(plan.prior_state), ...addressesIn({ values: plan.planned_values })].filter(
    address => !listed.has(address),
  );
  if (missing.length === 0) return;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
  throw new Error(`${name} does not say what happens to ${missing[0]}${more}, so that it is not complete ${REMEDY}`);
}

/** Addresses of the managed resources of a state, in all modules. */
function addressesIn(state: unknown): string[] {
  const values = isObject(state) && isObject(state.values) ? state.values : {};
  const inModule = (module: unknown): string[] => {
    if (!isObject(module)) return [];
    const own = list(module.resources).flatMap(each =>
      isObject(each) && each.mode !== "data" && typeof each.address === "string" ? [each.address] : [],
    );
    return [...own, ...list(module.child_modules).flatMap(inModule)];
  };
  return inModule(values.root_module);
}

/** Every constant that a provider is configured with, by the setting's name. */
function providersOf({ configuration }: JsonObject): Record<string, string[]> {
  const providers =
    isObject(configuration) && isObject(configuration.provider_config) ? configuration.provider_config : {};
  const found: Record<string, string[]> = {};
  const visit = (value: unknown, setting = ""): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, setting);
    else if (isObject(value)) {
      if (typeof value.constant_value === "string") found[setting] = [...(found[setting] ?? []), value.constant_value];
      for (const [key, each] of Object.entries(value)) visit(each, key);
    }
  };
  for (const provider of Object.values(providers)) visit(isObject(provider) ? provider.expressions : undefined);
  return found;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
