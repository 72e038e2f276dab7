import type { JsonObject } from "../../manifests/json";
import { componentOf } from "../read";
import type { Side } from "../sides";
import { containersSeen, pathsTold, type Seen } from "./containers";
import { isBelow, type Place } from "./place";

/** What a key is for; each has a rule of its own. */
export type Use = "identity" | "node-key" | "signer" | "mesh" | "other";

/** A key that a container reads, by the variable, flag or path at which it finds it. */
export interface KeyRead {
  readonly use: Use;
  readonly name: string;
  /** Where it is kept, such as `Secret keys[$(POD_NAME)]`. */
  readonly source: string;
}

/** Variables that hold a key: with another value the node is somebody else. Other Secrets are credentials. */
const PRIVATE = /(PRIVATE_KEYS?|MNEMONIC|KEY_?STORE|SIGNER|VALIDATOR)/;
/** By the name of the variable or flag, the path, and the Secret's volume; the first that fits. */
const USES: readonly (readonly [RegExp, Use | "none"])[] = [
  [/jwt/i, "none"],
  [/MESH_TLS|mesh-tls/, "mesh"],
  [/PEER_ID_PRIVATE_KEY|\bidentity\b/, "identity"],
  [/NODE_KEY|node-key/, "node-key"],
  [/PASSPHRASE|signer/i, "signer"],
];

/** The keys that the containers of a workload read from Secrets. */
export function keysOf(body: JsonObject | undefined, side: Side): KeyRead[] {
  return containersSeen(body, side).flatMap(seen => keysOfContainer(seen, componentOf(body) === "bootstrap"));
}

function keysOfContainer(seen: Seen, bootstrap: boolean): KeyRead[] {
  const { container, told } = seen;
  const given = (container.env ?? []).flatMap(({ name }) => {
    const value = told.variables.get(name);
    if (!PRIVATE.test(name) || value === undefined || value.startsWith("/")) return [];
    return [[name, value.startsWith("Secret ") ? value : "a value in the manifest"] as const];
  });
  const files = pathsTold(seen).flatMap(([name, path]) => secret(name, seen.at(path), path));
  const mounted = seen.mounts.flatMap(({ path, place }) => {
    const told = files.some(([, , file]) => file === path);
    return told ? [] : secret(path, place(), path);
  });
  return [...given, ...files, ...mounted].flatMap(([name, source, path = ""]) => {
    const [, use = "other"] = USES.find(([word]) => word.test(`${name} ${path}`)) ?? [];
    if (use === "none") return [];
    return [{ use: use === "identity" && !bootstrap ? "other" : use, name, source }];
  });
}

const secret = (name: string, { kind, text }: Place, path: string): [name: string, source: string, path: string][] =>
  kind === "Secret" ? [[name, text, path]] : [];

/** Which keys of some use are read elsewhere now, or no longer; one line each. */
export function keysLost(use: Use, old: readonly KeyRead[], now: readonly KeyRead[]): string[] {
  const [was, is] = [old, now].map(keys => keys.filter(key => key.use === use)) as [KeyRead[], KeyRead[]];
  const still = new Set(is.map(({ source }) => source));
  const lost = was.flatMap(({ name, source }) => {
    const here = is.filter(key => key.name === name || isBelow(key.name, name)).map(key => key.source);
    if (here.includes(source)) return [];
    if (here.length === 0 && still.has(source)) return []; // read under another name
    return [`${name}: ${source} → ${here[0] ?? "none"}`];
  });
  return [...new Set(lost)];
}
