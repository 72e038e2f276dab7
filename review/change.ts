import type { HelmRelease, KubernetesObject, StackManifests } from "../manifests";
import type { JsonObject } from "../manifests/terraform";
import { type Difference, differences } from "./difference";
import { findRenamed } from "./renamed";
import { kept, replacedFor } from "./replaced";

/**
 * `replace` is a deletion and a creation under the same name, `rename` under another; `forget` leaves the object in the cluster, and
 * `move` changes Terraform's own address of it alone.
 */
export type Action = "create" | "update" | "replace" | "rename" | "delete" | "forget" | "move";

/** What happens to one Kubernetes object or Helm release. */
export interface Change {
  readonly action: Action;
  /** `StatefulSet devnet-p2p/boot`; of something Terraform alone knows, its address there. */
  readonly address: string;
  /** Its address in Terraform, of a plan. */
  readonly terraform?: string;
  readonly kind: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly differences: readonly Difference[];
  /** The fields for which it is replaced, as far as they are known. */
  readonly forced: readonly string[];
  /** Its address afterwards, of a `rename`. */
  readonly renamed?: string;
  /** Its addresses in Terraform, where one that moved makes it be replaced. */
  readonly moved?: { readonly from: string; readonly to: string };
}

export interface StackChanges {
  /** `devnet-p2p`, or the name of the plan's file. */
  readonly stack: string;
  /** A stack that is no longer in the configuration: nothing deletes its objects, and nothing looks after them. */
  readonly left?: boolean;
  readonly changes: readonly Change[];
}

/** An object or a release, in one form. */
export interface Thing {
  readonly kind: string;
  readonly address: string;
  readonly body: JsonObject;
  /** Its address in Terraform, as far as it is known. */
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

const addressOf = (kind: string, name: string, namespace?: string) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`;

/** What happens to the objects of a stack between two sets of its manifests. Without `after` the stack is no longer rendered. */
export function compare(stack: string, before?: StackManifests, after?: StackManifests): StackChanges {
  if (!after) return { stack, left: true, changes: [] };
  const [old, now] = [thingsOf(before), thingsOf(after)];
  const changes: Change[] = [];
  for (const [address, thing] of now) changes.push(...changed(old.get(address), thing));
  for (const [address, thing] of old) if (!now.has(address)) changes.push(...changed(thing, undefined));
  return { stack, changes: findRenamed(changes) };
}

function thingsOf(manifests?: StackManifests): Map<string, Thing> {
  const things = [...(manifests?.objects ?? []).map(thingOf), ...(manifests?.releases ?? []).map(thingOfRelease)];
  return new Map(things.map(thing => [thing.address, thing]));
}

/** The change from one state of a thing to another; none when nothing of it differs. */
function changed(before: Thing | undefined, after: Thing | undefined): Change[] {
  const { kind, address } = (after ?? before) as Thing;
  const change = { kind, address, before: before?.body, after: after?.body, differences: [], forced: [] };
  if (!before) return [{ ...change, action: "create" }];
  if (!after) return [{ ...change, action: "delete" }];
  const found = differences(before.body, after.body).filter(difference => !kept(kind, difference));
  if (before.terraform && after.terraform && before.terraform !== after.terraform) {
    const moved = { from: before.terraform, to: after.terraform };
    return [{ ...change, action: "replace", differences: found, moved }];
  }
  if (found.length === 0) return [];
  const forced = replacedFor(kind, found, before.body);
  return [{ ...change, action: forced.length > 0 ? "replace" : "update", differences: found, forced }];
}
