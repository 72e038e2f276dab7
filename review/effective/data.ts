import type { JsonObject } from "../../manifests/json";
import { podOf } from "../read";
import type { Side } from "../sides";
import { containersSeen, type Seen } from "./containers";
import { isBelow, outlivesPod, type Place } from "./place";

/** Where a container keeps its data, and as whom it reads them. */
export interface Kept {
  readonly container: string;
  /** By setting (`data directory`), or by the mount's path where nothing says which part of it counts. */
  readonly places: ReadonlyMap<string, Place>;
  readonly mounted: readonly Place[];
  readonly reader: string;
}

/** How software is told where its data are: ev-node, ev-reth, Aztec, and what others call it. */
const DIRECTORY = /^(--(data-?dir|data-directory|home|db-path|base-path)|(.+_)?DATA_?DIR(ECTORY)?)$/i;
/** Further folders of the same data, such as ev-reth's `--datadir.static-files`. */
const PART = /^--(datadir\.[\w-]+|db_path|raft[._]dir|evnode\.(db_path|raft\.raft_dir))$/;
/** op-conductor's. */
const RAFT = /^(--raft\.storage\.dir|(.+_)?RAFT_STORAGE_DIR)$/;
const MAIN = "data directory";

/** The data of each container of a workload. */
export function dataOf(body: JsonObject | undefined, side: Side): Kept[] {
  const pod = podOf(body);
  return containersSeen(body, side).map(seen => {
    const { container } = seen;
    const user = container.securityContext?.runAsUser ?? pod?.securityContext?.runAsUser ?? "of the image";
    const group =
      pod?.securityContext?.fsGroup ?? container.securityContext?.runAsGroup ?? pod?.securityContext?.runAsGroup;
    return {
      container: container.name,
      places: placesOf(seen),
      mounted: seen.mounts.map(mount => mount.place()),
      reader: `user ${user}, group ${group ?? "of the image"}`,
    };
  });
}

function placesOf(seen: Seen): Map<string, Place> {
  const told = directoriesOf(seen);
  const places = new Map([...told].map(([name, path]) => [name, seen.at(path)]));
  for (const mount of seen.mounts) {
    const place = mount.place();
    const inside = [...told.values()].some(path => isBelow(path, mount.path));
    if (outlivesPod(place) && !inside) places.set(mount.path, place);
  }
  return places;
}

/** The folders that a container is told; a flag outdoes a variable. */
function directoriesOf({ told: { variables, flags } }: Seen): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, path] of [...variables, ...flags]) {
    if (!path.startsWith("/")) continue;
    if (DIRECTORY.test(name)) found.set(MAIN, path);
    else if (RAFT.test(name)) found.set("raft's directory", path);
    else if (PART.test(name)) found.set(name, path);
  }
  return found;
}

/** Whether a container has what another kept by this setting, or at this mount. */
function keeps(kept: Kept | undefined, name: string, { text }: Place): boolean {
  const places = [...(kept?.places.values() ?? []), ...(name.startsWith("/") ? (kept?.mounted ?? []) : [])];
  return places.some(place => place.text === text);
}

/** What pods would no longer find, or could no longer read; one line each. */
export function dataLost(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  sides: { readonly before: Side; readonly after: Side },
  gone: ReadonlySet<string>,
): string[] {
  const [old, now] = [dataOf(before, sides.before), dataOf(after, sides.after)];
  const of = (all: readonly Kept[], name: string) => all.find(({ container }) => container === name);
  return old.flatMap(({ container, places, reader }) => {
    const then = of(now, container);
    const ownOf = (name: string) => then?.places.get(name) ?? then?.places.get(MAIN);
    // Beside a container that stays, only one that did not keep the data before has taken them over.
    const heirOf = (name: string, place: Place) =>
      now.find(each => keeps(each, name, place) && !(then && keeps(of(old, each.container), name, place)));
    const kept = [...places].filter(([, place]) => outlivesPod(place) && !gone.has(place.name ?? ""));
    const moved = kept.flatMap(([name, place]) => {
      const own = ownOf(name);
      if (own ? own.text === place.text : heirOf(name, place)) return [];
      const here = then?.places.get(name)?.text;
      const where = here ?? (name === MAIN ? "where the software puts it by itself" : "no longer mounted");
      return [`${container}, ${name}: ${place.text} → ${then ? where : "no container"}`];
    });
    const readers = new Set(kept.map(([name, place]) => (ownOf(name) ? then : heirOf(name, place))?.reader ?? reader));
    readers.delete(reader);
    const unread = [...readers].map(other => `${container} reads its data as ${other}, not as ${reader}`);
    return [...moved, ...unread];
  });
}
