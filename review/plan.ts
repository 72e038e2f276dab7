import { type Context, convertBlock } from "../manifests/convert";
import { type Kind, kinds } from "../manifests/fields/kinds";
import { convertRelease } from "../manifests/helm";
import type { KubernetesObject } from "../manifests/objects";
import { isObject, type JsonObject } from "../manifests/terraform";
import { type Thing, thingOf, thingOfRelease } from "./change";
import type { Action, Change, StackChanges } from "./changes";
import { type Difference, differences, UNKNOWN } from "./difference";
import { type ResourceChange, valuesOf } from "./plan-values";
import { identityOf } from "./read";
import { findRenamed } from "./renamed";

export interface Plan extends StackChanges {
  /** The namespaces of everything in the plan, changed or not. */
  readonly namespaces: ReadonlySet<string>;
}

/**
 * What Terraform plans, from `terraform show -json <plan>`.
 *
 * @throws Error for a text that is not such a plan, and for a plan that failed
 */
export function readPlan(text: string, name: string): Plan {
  const resources = resourcesOf(parsePlan(text, name), name).map(resource => ({ resource, ...thingsOf(resource) }));
  const things = resources.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  return {
    stack: name,
    changes: findRenamed(findMoved(resources.flatMap(changeOf))),
    namespaces: new Set(things.flatMap(({ body }) => namespaceOf(body) ?? [])),
  };
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
  if (plan.errored === true)
    throw new Error(`${name} is a plan that failed, so that it is not complete → put right what terraform plan says`);
  if (!("planned_values" in plan)) throw new Error(`${name} is no plan, but a state or a configuration ${REMEDY}`);
  return plan;
}

function resourcesOf(plan: JsonObject, name: string): ResourceChange[] {
  const all = plan.resource_changes ?? []; // left out when there is no resource
  const right = (each: unknown): each is ResourceChange =>
    isObject(each) &&
    typeof each.address === "string" &&
    isObject(each.change) &&
    Array.isArray(each.change.actions) &&
    (!(each.change.actions.join() in ACTIONS) || isObject(each.change.before) || isObject(each.change.after));
  if (!Array.isArray(all) || !all.every(right)) throw new Error(`${name} has resource_changes that are none ${REMEDY}`);
  return all.filter(({ mode }) => mode !== "data");
}

interface Planned {
  readonly resource: ResourceChange;
  readonly before?: Thing;
  readonly after?: Thing;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  "delete,create": "replace",
  "create,delete": "replace",
  forget: "forget",
  "create,forget": "create",
};

function changeOf({ resource, before, after }: Planned): Change[] {
  const { address: terraform, previous_address: previous, change } = resource;
  const action = ACTIONS[change.actions.join()] ?? (previous && previous !== terraform ? "move" : undefined);
  if (!action) return [];
  const { kind, address } = (action === "create" ? after : (before ?? after)) as Thing;
  const renamed =
    action === "replace" && before && after && before.address !== after.address ? after.address : undefined;
  return [
    {
      action: renamed ? "rename" : action,
      address,
      terraform,
      kind,
      before: before?.body,
      after: after?.body,
      differences: before && after ? differencesOf(resource, before, after) : [],
      forced: (change.replace_paths ?? []).map(kubernetesPath),
      ...(renamed && { renamed }),
    },
  ];
}

function thingsOf(resource: ResourceChange): Omit<Planned, "resource"> {
  const { before, after } = valuesOf(resource);
  return { before: before && thingFrom(resource, before), after: after && thingFrom(resource, after) };
}

/** A resource that is no Kubernetes object and no release keeps its address and its values. */
function thingFrom({ address, type }: ResourceChange, values: JsonObject): Thing {
  const kind = Object.hasOwn(kinds, type) ? (kinds[type] as Kind) : undefined;
  if (kind) {
    const { metadata, ...rest } = (said(convertBlock(values, kind.fields, "", LENIENT)) ?? {}) as JsonObject;
    if (isObject(metadata) && typeof metadata.name === "string") {
      return thingOf({
        ...rest,
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: metadata as KubernetesObject["metadata"],
      });
    }
  }
  if (type === "helm_release") return thingOfRelease(convertRelease(values, address, LENIENT));
  return { kind: type, address, body: values };
}

/** A state has several empty values, and the provider replaces one by another without a change. */
function said(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (Array.isArray(value)) {
    const list = value.map(each => said(each)).filter(each => each !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, said(each)] as const);
  const rest = entries.filter(([, each]) => each !== undefined);
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** A plan has every attribute of the provider's schema, also those that the view refuses in a configuration. */
const LENIENT: Context = { text: raw => raw, problem: () => undefined };

/** In the fields of Kubernetes; in those of Terraform if the view leaves out what differs. */
function differencesOf(resource: ResourceChange, before: Thing, after: Thing): Difference[] {
  const found = differences(before.body, after.body).filter(toldApart);
  if (found.length > 0 || resource.change.actions.join() !== "update") return found;
  const values = valuesOf(resource);
  return differences(said(values.before), said(values.after)).filter(each => toldApart(each) && each.after !== UNKNOWN);
}

const NOTHING: readonly unknown[] = [undefined, null, "", 0, false];
const toldApart = ({ before, after }: Difference) => !(NOTHING.includes(before) && NOTHING.includes(after));

/** `["spec", 0, "service_name"]` → `spec.serviceName` */
function kubernetesPath(path: readonly (string | number)[]): string {
  const names = path
    .filter(step => typeof step === "string")
    .map(step => step.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
  return names.join(".").replace("spec.volumeClaimTemplate", "spec.volumeClaimTemplates");
}

/** The same object destroyed at one address of Terraform and created at another is a construct that moved. */
function findMoved(changes: readonly Change[]): Change[] {
  const created = new Map(changes.filter(({ action }) => action === "create").map(change => [change.address, change]));
  const twins = new Set<Change>();
  const merged = changes.map((change): Change => {
    const twin = change.action === "delete" ? created.get(change.address) : undefined;
    if (!twin) return change;
    twins.add(twin);
    const moved = { from: String(change.terraform), to: String(twin.terraform) };
    return {
      ...change,
      action: "replace",
      moved,
      after: twin.after,
      differences: differences(change.before, twin.after),
    };
  });
  return merged.filter(change => !twins.has(change));
}

function namespaceOf(body: JsonObject): string | undefined {
  const { name, namespace } = identityOf(body);
  return body.kind === "Namespace" ? name : namespace;
}
