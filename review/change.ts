import type { HelmRelease } from "../manifests";
import type { JsonObject } from "../manifests/json";
import type { KubernetesObject, StackManifests } from "../manifests/objects";
import type { Change, StackChanges } from "./changes";
import { differences } from "./difference";
import { findRenamed } from "./renamed";
import { kept, replacedFor } from "./replaced";
import { Side } from "./sides";

/** An object or a release in the same form. */
export interface Thing {
  readonly kind: string;
  readonly address: string;
  readonly body: JsonObject;
  /** Its address in Terraform, if it is known. */
  readonly terraform?: string;
}

export function thingOf(object: KubernetesObject): Thing {
  const { name, namespace } = object.metadata;
  return { kind: object.kind, address: addressOf(object.kind, name, namespace), body: object };
}

export function thingOfRelease({ address: terraform, ...body }: HelmRelease): Thing {
  const { name, namespace } = body;
  return { kind: "HelmRelease", address: addressOf("HelmRelease", name, namespace), body: { ...body }, terraform };
}

const addressOf = (kind: string, name: string, namespace?: string) =>
  `${kind} ${namespace ? `${namespace}/` : ""}${name}`;

/** What happens to the objects of a stack between two sets of its manifests. Without `after` the stack is gone. */
export function compare(
  stack: string,
  before?: StackManifests,
  after?: StackManifests,
  origins?: StackChanges["origins"],
): StackChanges {
  if (!after) return { stack, left: true, changes: [] };
  const [old, now] = [thingsOf(before), thingsOf(after)];
  const changes: Change[] = [];
  for (const [address, thing] of now) changes.push(...changed(old.get(address), thing));
  for (const [address, thing] of old) if (!now.has(address)) changes.push(...changed(thing, undefined));
  const sides = { before: new Side(before?.objects ?? []), after: new Side(after.objects) };
  return { stack, changes: findRenamed(changes), sides, ...(origins && { origins }) };
}

function thingsOf(manifests?: StackManifests): Map<string, Thing> {
  const things = [...(manifests?.objects ?? []).map(thingOf), ...(manifests?.releases ?? []).map(thingOfRelease)];
  return new Map(things.map(thing => [thing.address, thing]));
}

/** The change from one state of a thing to another; none if the states are equal. */
function changed(before: Thing | undefined, after: Thing | undefined): Change[] {
  const { kind, address } = (after ?? before) as Thing;
  const change = { kind, address, before: before?.body, after: after?.body, differences: [], forced: [] };
  if (!before) return [{ ...change, action: "create" }];
  if (!after) return [{ ...change, action: "delete" }];
  const found = differences(kind, before.body, after.body).filter(difference => !kept(kind, difference));
  if (before.terraform && after.terraform && before.terraform !== after.terraform) {
    const moved = { from: before.terraform, to: after.terraform };
    return [{ ...change, action: "replace", differences: found, moved }];
  }
  if (found.length === 0) return [];
  const forced = replacedFor(kind, found, before.body);
  return [{ ...change, action: forced.length > 0 ? "replace" : "update", differences: found, forced }];
}
