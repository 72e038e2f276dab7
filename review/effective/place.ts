import { posix } from "node:path";
import { isObject, type JsonObject } from "../../manifests/json";
import { listOf } from "../../manifests/read/object";
import type { Container, Items, Volume } from "../../manifests/read/pod";
import { podOf, workloadSpec } from "../read";
import { expanded, secretKey, type Told } from "./environment";

/** What lies at a path of a container: `claim data:/node`, `Secret keys[boot-0]`, `ConfigMap genesis[genesis.json]`. */
export interface Place {
  readonly kind: "claim" | "host" | "Secret" | "ConfigMap" | "pod";
  /** Two places with the same text hold the same bytes. */
  readonly text: string;
  /** Name of the Secret, ConfigMap or claim. */
  readonly name?: string;
}

export interface Mount {
  readonly path: string;
  /** What lies at a path below the mount; without it at the mount itself. */
  place(below?: string): Place;
}

/** The container's own file system, and everything else that goes with the pod. */
const POD: Place = { kind: "pod", text: "nothing that outlives the pod" };

/** Where a container mounts what. */
export function mountsOf(body: JsonObject, container: Container, { variables }: Told): Mount[] {
  const volumes = new Map(listOf(podOf(body)?.volumes).map(volume => [volume.name, volume]));
  const claims = new Set(listOf(workloadSpec(body).volumeClaimTemplates).map(({ metadata }) => metadata?.name));
  return listOf(container.volumeMounts).map(({ name, mountPath, subPath, subPathExpr }) => {
    const inside = subPathExpr === undefined ? (subPath ?? "") : expanded(subPathExpr, variables);
    return {
      path: posix.normalize(mountPath).replace(/(?<=.)\/$/, ""),
      place: (below = "") => {
        const path = posix.join("/", inside, below);
        return claims.has(name) ? claim(name, path) : placeIn(volumes.get(name), path);
      },
    };
  });
}

/** What lies at a path, by the mount nearest above it. */
export function placeAt(path: string, mounts: readonly Mount[]): Place {
  const [mount] = mounts.filter(mount => isBelow(path, mount.path)).sort((a, b) => b.path.length - a.path.length);
  return mount ? mount.place(posix.relative(mount.path, path)) : POD;
}

export const isBelow = (path: string, folder: string) => path === folder || path.startsWith(posix.join(folder, "/"));

/** Whether it stays when the pod goes. */
export const outlivesPod = ({ kind }: Place) => kind === "claim" || kind === "host";

const claim = (name: string, path: string): Place => ({ kind: "claim", name, text: `claim ${name}:${path}` });

function placeIn(volume: Volume | undefined, path: string): Place {
  const { secret, configMap, persistentVolumeClaim, projected, name, ...others } = volume ?? { name: "" };
  if (persistentVolumeClaim) return claim(persistentVolumeClaim.claimName, path);
  if (secret) return file("Secret", secret.secretName, secret.items, path);
  if (configMap) return file("ConfigMap", configMap.name, configMap.items, path);
  if (projected) return inProjected(projected.sources, path);
  const [source] = Object.entries(others).filter(([kind]) => kind !== "emptyDir" && kind !== "downwardAPI");
  return source ? { kind: "host", text: `${source[0]} ${JSON.stringify(source[1])}:${path}` } : POD;
}

/** A key of a Secret or ConfigMap; all of it at the root of the volume. */
function file(kind: "Secret" | "ConfigMap", name: string, items: Items | undefined, path: string): Place {
  const at = path.slice(1);
  const chosen = listOf(items);
  if (at === "") {
    const keys = chosen.map(({ key, path }) => (key === path ? key : `${key} as ${path}`)).sort();
    return { kind, name, text: keys.length > 0 ? `${kind} ${name}[${keys.join(", ")}]` : `${kind} ${name}` };
  }
  const key = chosen.length > 0 ? chosen.find(item => item.path === at)?.key : at;
  if (key === undefined) return POD;
  return { kind, name, text: kind === "Secret" ? secretKey(name, key) : `ConfigMap ${name}[${key}]` };
}

function inProjected(sources: readonly object[] | undefined, path: string): Place {
  const places = listOf(sources).flatMap(source => {
    const { secret, configMap } = source as { readonly [kind: string]: { name: string; items?: Items } | undefined };
    if (isObject(secret)) return file("Secret", secret.name, secret.items, path);
    return isObject(configMap) ? file("ConfigMap", configMap.name, configMap.items, path) : [];
  });
  const secrets = places.filter(({ kind }) => kind === "Secret");
  if (secrets.length === 0) return places[0] ?? POD;
  return { ...(secrets[0] as Place), text: secrets.map(({ text }) => text).join(" and ") };
}
