import type { JsonObject } from "../../manifests/json";
import type { Thing } from "../change";
import type { Action, Change, StackChanges } from "../changes";
import { type Difference, differences, UNKNOWN } from "../difference";
import { isManifest } from "../manifest";
import { identityOf } from "../read";
import { findRenamed } from "../renamed";
import { Side } from "../sides";
import { readPlanFile } from "./file";
import { said, thingFrom } from "./things";
import { type ResourceChange, valuesOf } from "./values";

export interface Plan extends StackChanges {
  /** The namespaces of everything in the plan, changed or not. */
  readonly namespaces: ReadonlySet<string>;
  /** The namespaces of what there is after it. */
  readonly namespacesAfter: ReadonlySet<string>;
  /** Constants of the providers' configuration, by setting. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
}

/**
 * What Terraform plans, from `terraform show -json <plan>`.
 *
 * @throws Error for a text that is not such a plan, and for a plan that failed or is only a part
 */
export function readPlan(text: string, name: string): Plan {
  const file = readPlanFile(text, name);
  const resources = file.resources.map(resource => ({ resource, ...thingsOf(resource) }));
  const things = resources.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  return {
    stack: name,
    changes: findRenamed(findMoved(resources.flatMap(changeOf))),
    sides: {
      before: sideOf(resources.map(({ before }) => before)),
      after: sideOf(resources.map(each => each.after ?? left(each))),
    },
    namespaces: new Set(things.flatMap(({ body }) => namespaceOf(body) ?? [])),
    namespacesAfter: new Set(resources.flatMap(({ after }) => (after && namespaceOf(after.body)) ?? [])),
    providers: file.providers,
  };
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
      ...(resource.action_reason && { reason: resource.action_reason }),
      forced: (change.replace_paths ?? []).map(kubernetesPath),
      ...(renamed && { renamed }),
    },
  ];
}

/** What Terraform forgets stays in the cluster. */
const left = ({ resource, before }: Planned) => (resource.change.actions.join() === "forget" ? before : undefined);

const sideOf = (things: readonly (Thing | undefined)[]) =>
  new Side(things.flatMap(thing => (thing && isManifest(thing.body) ? [thing.body] : [])));

function thingsOf(resource: ResourceChange): Omit<Planned, "resource"> {
  const { before, after } = valuesOf(resource);
  return { before: before && thingFrom(resource, before), after: after && thingFrom(resource, after) };
}

/** In the fields of Kubernetes; in those of Terraform if the view leaves out what differs. */
function differencesOf(resource: ResourceChange, before: Thing, after: Thing): Difference[] {
  const found = differences(after.kind, before.body, after.body).filter(toldApart);
  if (found.length > 0 || resource.change.actions.join() !== "update") return found;
  const values = valuesOf(resource);
  return differences(after.kind, said(values.before), said(values.after)).filter(
    each => toldApart(each) && each.after !== UNKNOWN,
  );
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
      differences: differences(change.kind, change.before, twin.after),
    };
  });
  return merged.filter(change => !twins.has(change));
}

function namespaceOf(body: JsonObject): string | undefined {
  const { name, namespace } = identityOf(body);
  return body.kind === "Namespace" ? name : namespace;
}
