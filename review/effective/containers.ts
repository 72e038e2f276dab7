import type { JsonObject } from "../../manifests/json";
import { listOf } from "../../manifests/read/object";
import type { Container } from "../../manifests/read/pod";
import { identityOf, podOf } from "../read";
import type { Side } from "../sides";
import { type Told, toldTo } from "./environment";
import { type Mount, mountsOf, type Place, placeAt } from "./place";

/** A container of a workload with what it is told, and what lies at its paths. */
export interface Seen {
  readonly container: Container;
  readonly told: Told;
  readonly mounts: readonly Mount[];
  at(path: string): Place;
}

/** The containers of a workload, those that run once included. */
export function containersSeen(body: JsonObject | undefined, side: Side): Seen[] {
  if (!body) return [];
  const pod = podOf(body);
  return [...listOf(pod?.initContainers), ...listOf(pod?.containers)].map(container => {
    const told = toldTo(container, identityOf(body).namespace, side);
    const mounts = mountsOf(body, container, told);
    return { container, told, mounts, at: path => placeAt(path, mounts) };
  });
}

/** The node itself: the container of that name, or the first that is told how it is announced. */
export function nodeOf(body: JsonObject | undefined, side: Side): Seen | undefined {
  const all = containersSeen(body, side);
  return (
    all.find(({ container }) => container.name === "node") ??
    all.find(({ told }) => told.variables.has("ANNOUNCE_MODE") || told.variables.has("MODE"))
  );
}

/** Everything a container is told that is an absolute path, by variable or flag. */
export function pathsTold({ told }: Seen): (readonly [name: string, path: string])[] {
  const all = [...told.variables, ...told.flags];
  return all
    .map(([name, text]) => [name, text.replace(/^file:\/\//, "")] as const)
    .filter(([, path]) => /^\/./.test(path));
}
