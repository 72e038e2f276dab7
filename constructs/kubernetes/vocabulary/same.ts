import type { Problem } from "../problem";
import type { PodProps } from "./pod-props";

/** What one level gives every pod twice, and Kubernetes refuses: places of volumes, names of containers. */
export function sameProblems({ volumes = {}, initContainers = [], sidecars = [] }: PodProps): Problem[] {
  const mounts = Object.entries(volumes).map(([name, { mountPath }]) => ({
    path: ["volumes", name, "mountPath"],
    text: mountPath,
  }));
  const names = Object.entries({ initContainers, sidecars }).flatMap(([word, list]) =>
    list.map(({ name }, i) => ({ path: [word, i, "name"], text: name })),
  );
  const inside = Object.entries({ initContainers, sidecars }).flatMap(([word, list]) =>
    list.map(({ volumeMounts = [] }, i) =>
      volumeMounts.map(({ mountPath }, j) => ({ path: [word, i, "volumeMounts", j, "mountPath"], text: mountPath })),
    ),
  );
  return [mounts, names, ...inside].flatMap(twice);
}

/** Those that stand in a list before. */
function twice(all: readonly { readonly path: Problem["path"]; readonly text?: string }[]): Problem[] {
  return all.flatMap(({ path, text }, i) =>
    text !== undefined && all.findIndex(other => other.text === text) < i
      ? [{ path, message: `"${text}" is there already`, remedy: "give every one its own" }]
      : [],
  );
}
