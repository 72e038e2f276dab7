import type { JsonObject } from "../json";
import type { KubernetesObject } from "../objects";

/** An object of one kind, with the spec of that kind. */
export interface Of<Spec> {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly name: string;
  readonly spec: Spec;
}

export function read<Spec>(object: KubernetesObject): Of<Spec> {
  const { name, namespace = "default" } = object.metadata;
  return { object, namespace, name, spec: (object.spec ?? {}) as Spec };
}

/** A reader of the objects of one kind. */
export const ofKind =
  <Spec>(kind: string) =>
  (objects: readonly KubernetesObject[]): Of<Spec>[] =>
    objects.filter(each => each.kind === kind).map(each => read<Spec>(each));

/** The entries of a ConfigMap, by key. */
export const dataOf = (configMap: JsonObject = {}) => (configMap.data ?? {}) as Readonly<Record<string, string>>;

/** A list; empty where it is absent, or where a plan does not know it yet. */
export const listOf = <Item>(list: readonly Item[] | undefined): readonly Item[] => (Array.isArray(list) ? list : []);

/** The container, variable or volume of a name. */
export const byName = <Item extends { readonly name: string }>(list: readonly Item[] | undefined, name: string) =>
  listOf(list).find(each => each.name === name);
