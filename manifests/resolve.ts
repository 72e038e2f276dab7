import type { KubernetesObject } from "./objects";
import { type Address, parsePlaceholders } from "./placeholders";

/**
 * The objects, with every address filled in that only the cluster knows.
 *
 * @param lookUp the address of a Service; undefined if the Service does not exist yet
 * @throws Error that names every Service without an address
 */
export function resolveAddresses(
  objects: readonly KubernetesObject[],
  lookUp: (address: Address) => string | undefined,
): KubernetesObject[] {
  const missing = new Set<string>();
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") {
      return parsePlaceholders(value, (address, text) => {
        const found = lookUp(address);
        if (found === undefined) missing.add(`${address.kind} ${address.namespace}/${address.name}`);
        return found ?? text;
      });
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  };
  const resolved = objects.map(fill) as KubernetesObject[];
  if (missing.size > 0) {
    throw new Error(
      `the cluster has no address for ${[...missing].join(", ")} ` +
        "→ create the Services first: they come before what refers to them",
    );
  }
  return resolved;
}
