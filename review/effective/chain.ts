import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../manifests/json";
import { spoken } from "../read";
import type { Side, Sides } from "../sides";
import { containersSeen, pathsTold, type Seen } from "./containers";
import { settingOf } from "./environment";
import { configMapsOf, daNamespaceOf, evNodeOf, filesOf } from "./ev-node";

/** The settings that say which L1 and which rollup a node follows, with the software's default. */
const L1: Readonly<Record<string, string | undefined>> = {
  L1_CHAIN_ID: "31337",
  NETWORK: undefined,
  REGISTRY_CONTRACT_ADDRESS: undefined,
  ROLLUP_CONTRACT_ADDRESS: undefined,
  ROLLUP_VERSION: "canonical",
};

/** What differs in the L1 that containers follow, one line each. */
export function l1Lost(before: JsonObject | undefined, after: JsonObject | undefined, sides: Sides): string[] {
  return pairs(before, after, sides).flatMap(([old, now]) => {
    const [was, is] = [l1Of(old), l1Of(now)];
    return Object.entries(was).flatMap(([name, from]) =>
      from === is[name] ? [] : [`${name}: ${from ?? "none"} → ${is[name] ?? "none"}`],
    );
  });
}

/** Without any of the settings a container follows no L1, and has no defaults either. */
function l1Of({ told }: Seen): Readonly<Record<string, string | undefined>> {
  const given = Object.keys(L1).map(name => [name, settingOf(told, name)] as const);
  if (given.every(([, value]) => value === undefined)) return {};
  return Object.fromEntries(given.map(([name, value]) => [name, (value || undefined) ?? L1[name]]));
}

const GENESIS = /(^|[._-])(genesis|chain)$/i;
const HASH = /genesis-?hash$/i;
const ROLLUP = /(^|[._-])rollup[._]config$/i;
/** When a fork begins, which upgrades of an OP Stack chain add. */
const FORK = /_time$/;

/**
 * What differs in the genesis and the rollup's configuration of a workload's containers, and in the DA; not within a
 * genesis of the same ConfigMap.
 */
export function chainLost(before: JsonObject | undefined, after: JsonObject | undefined, sides: Sides): string[] {
  const lost = pairs(before, after, sides).flatMap(([old, now]) => {
    const [was, is] = [genesisOf(old, before, sides.before), genesisOf(now, after, sides.after)];
    const rest = [
      ...differing(hashesOf(old), hashesOf(now)),
      ...rollupLost(old.container.name, rollupOf(old, before, sides.before), rollupOf(now, after, sides.after)),
    ];
    if (!was || (is && sameGenesis(was, is))) return rest;
    return [`the genesis of ${old.container.name}: ${was.text} → ${is?.text ?? "none"}`, ...rest];
  });
  const [old, now] = [evNodeOf(before, sides.before), evNodeOf(after, sides.after)];
  const [from, to] = [daNamespaceOf(old?.config), daNamespaceOf(now?.config)];
  const told = old && now && old.configMap === now.configMap && !flagged(before, after, sides);
  return from === undefined || from === to || told || !now
    ? lost
    : [...lost, `the DA namespace: ${from} → ${to ?? "none"}`];
}

/** Whether flags say what the file does not. */
const flagged = (before: JsonObject | undefined, after: JsonObject | undefined, sides: Sides) =>
  [...containersSeen(before, sides.before), ...containersSeen(after, sides.after)].some(({ told }) =>
    [...told.flags.keys()].some(name => name.startsWith("--evnode.da.")),
  );

/** The containers of a workload before and after: by name, or by place where it has only one. */
function pairs(before: JsonObject | undefined, after: JsonObject | undefined, sides: Sides): [Seen, Seen][] {
  const [old, now] = [containersSeen(before, sides.before), containersSeen(after, sides.after)];
  return old.flatMap(seen => {
    const same = now.find(({ container }) => container.name === seen.container.name);
    const twin = same ?? (old.length === now.length ? now[old.indexOf(seen)] : undefined);
    return twin ? [[seen, twin] as [Seen, Seen]] : [];
  });
}

interface Genesis {
  readonly text: string;
  readonly content?: unknown;
  /** It is the file `genesis.json` of a ConfigMap, whose own change shows what differs in it. */
  readonly shown: boolean;
}

function genesisOf(seen: Seen, body: JsonObject | undefined, side: Side): Genesis | undefined {
  const told = [...seen.told.variables, ...seen.told.flags].find(([name, value]) => GENESIS.test(name) && value !== "");
  const path = told && pathsTold(seen).find(([name]) => name === told[0])?.[1];
  if (told && !path) return { text: told[1], shown: false };
  if (path) return genesisIn(seen.at(path), body, side);
  const mount = seen.mounts.find(({ path }) => /genesis/i.test(path));
  if (mount) return genesisIn(mount.place(), body, side);
  const own = configMapsOf(seen).find(name => "genesis.json" in filesOf(body, name, side));
  return own === undefined
    ? undefined
    : genesisIn({ kind: "ConfigMap", name: own, text: `ConfigMap ${own}[genesis.json]` }, body, side);
}

function genesisIn(place: ReturnType<Seen["at"]>, body: JsonObject | undefined, side: Side): Genesis {
  const [, key = "genesis.json"] = /\[(.*)\]$/.exec(place.text) ?? [];
  const text = place.kind === "ConfigMap" && place.name ? filesOf(body, place.name, side)[key] : undefined;
  return { text: place.text, shown: key === "genesis.json", ...(text !== undefined && { content: parsed(text) }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sameGenesis(was: Genesis, is: Genesis): boolean {
  if (was.text === is.text && was.shown) return true;
  if (was.content === undefined || is.content === undefined) return was.text === is.text;
  return isDeepStrictEqual(was.content, is.content);
}

/** The file that says an OP Stack chain's ids, genesis blocks and contracts. */
function rollupOf(seen: Seen, body: JsonObject | undefined, side: Side): Genesis | undefined {
  const [, path] = pathsTold(seen).find(([name]) => ROLLUP.test(name)) ?? [];
  return path === undefined ? undefined : genesisIn(seen.at(path), body, side);
}

function rollupLost(container: string, was: Genesis | undefined, is: Genesis | undefined): string[] {
  if (!was) return [];
  const what = `the rollup's configuration of ${container}`;
  const [old, now] = [was.content, is?.content];
  if (!isObject(old) || !isObject(now))
    return was.text === is?.text ? [] : [`${what}: ${was.text} → ${is?.text ?? "none"}`];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const other = keys.filter(key => (key === "block_time" || !FORK.test(key)) && !isDeepStrictEqual(old[key], now[key]));
  return other.length > 0 ? [`${what}: other ${spoken(other)}`] : [];
}

const hashesOf = ({ told }: Seen) =>
  new Map(
    [...told.variables, ...told.flags]
      .filter(([name]) => HASH.test(name))
      .map(([name, hash]) => [name, hash.toLowerCase()]),
  );

function differing(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): string[] {
  return [...was].flatMap(([name, value]) =>
    is.get(name) === value ? [] : [`${name}: ${value} → ${is.get(name) ?? "none"}`],
  );
}
