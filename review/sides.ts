import type { JsonObject } from "../manifests/json";
import type { KubernetesObject } from "../manifests/objects";

/** Everything of a stack at one time, changed or not: what a field leads to is found here. */
export class Side {
  private readonly byAddress: ReadonlyMap<string, JsonObject>;

  constructor(readonly objects: readonly KubernetesObject[]) {
    this.byAddress = new Map(objects.map(object => [keyOf(object.kind, object.metadata), object]));
  }

  find(kind: string, namespace: string | undefined, name: string): JsonObject | undefined {
    return this.byAddress.get(keyOf(kind, { namespace, name }));
  }
}

/** A stack before and after a change. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

export const NO_SIDES: Sides = { before: new Side([]), after: new Side([]) };

const keyOf = (kind: string, { namespace, name }: { readonly namespace?: string; readonly name: string }) =>
  `${kind} ${namespace ?? ""}/${name}`;
