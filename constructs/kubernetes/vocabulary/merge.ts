import type { KubernetesProps } from "./props";

type Value = unknown;

/** Two levels as one: the inner one wins, maps merge, lists replace. What names one source is replaced as a whole. */
export function mergeKubernetes(outer: KubernetesProps = {}, inner: KubernetesProps = {}): KubernetesProps {
  const { volumes, caBundle } = inner;
  return {
    ...mergeMaps(outer, inner),
    ...(volumes && { volumes: { ...outer.volumes, ...volumes } }),
    ...(caBundle && { caBundle }),
  };
}

/** Maps as one: the inner one wins, everything but maps is replaced. */
export function mergeMaps(outer: object, inner: object): object {
  const merged: Record<string, Value> = { ...outer };
  for (const [key, value] of Object.entries(inner)) {
    const other = merged[key];
    if (value !== undefined) merged[key] = isMap(other) && isMap(value) ? mergeMaps(other, value) : value;
  }
  return merged;
}

const isMap = (value: Value): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
