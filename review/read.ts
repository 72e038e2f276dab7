import { isObject, type JsonObject } from "../manifests/terraform";

/** The value at a path of keys; a key beside a list finds the item of that name. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => {
    if (Array.isArray(here)) return here.find(item => isObject(item) && item.name === key);
    return isObject(here) ? here[key] : undefined;
  }, value);
}

const LABEL = "app.kubernetes.io";

export const nameOf = (body?: JsonObject) => String(at(body, "metadata", "name") ?? body?.name ?? "");
export const componentOf = (body?: JsonObject) => at(body, "metadata", "labels", `${LABEL}/component`);
export const replicasOf = (body?: JsonObject) => Number(at(body, "spec", "replicas") ?? 1);

const podOf = (body?: JsonObject) => at(body, "spec", "template", "spec");

/** A variable of the node's container. */
export function envOf(body: JsonObject | undefined, name: string): string | undefined {
  const value = at(podOf(body), "containers", "node", "env", name, "value");
  return value === undefined || value === null ? undefined : String(value);
}

/** The Secret that a pod mounts as a volume. */
export function secretOf(body: JsonObject | undefined, volume: string): string | undefined {
  return at(podOf(body), "volumes", volume, "secret", "secretName") as string | undefined;
}

/** The ConfigMap that a pod mounts as a volume. */
export function configMapOf(body: JsonObject | undefined, volume: string): string | undefined {
  return at(podOf(body), "volumes", volume, "configMap", "name") as string | undefined;
}

/** Names of the claim templates of a StatefulSet. */
export function claimsOf(body?: JsonObject): string[] {
  const templates = at(body, "spec", "volumeClaimTemplates");
  return Array.isArray(templates) ? templates.map(template => String(at(template, "metadata", "name"))) : [];
}

/** Pods of a StatefulSet from one ordinal up to another, `boot-2` before `boot-0`: the order in which they are updated and removed. */
export function podsOf(body: JsonObject | undefined, from = 0, to = replicasOf(body)): string[] {
  const ordinals = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  return ordinals.map(ordinal => `${nameOf(body)}-${ordinal}`).reverse();
}

/** Text of a list as it is said: `a, b and c`. */
export function spoken(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
