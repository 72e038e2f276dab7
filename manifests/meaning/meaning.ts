import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../json";
import { DEFAULTS } from "./defaults";
import { durationMs } from "./duration";
import { billionths } from "./quantity";
import { isSet } from "./sets";

/** Where a value is: the kind of the object, and the keys from there on, without the positions in lists. */
export interface Place {
  readonly kind: string;
  readonly keys: readonly string[];
}

/**
 * A value in the one form that all values have which the API server takes for the same. They may differ in the
 * spelling of quantities, durations and ports, in defaults, in empty lists, and in the order of sets. The form is for
 * comparing only.
 *
 * @param around - the object that holds the value, on which some defaults depend
 */
export function meaning(value: unknown, place: Place, around: unknown = {}): unknown {
  if (value === undefined || value === null) return undefined;
  const path = place.keys.join(".");
  const found = formOf(value, place, path);
  const fallback = DEFAULTS[place.kind]?.[path];
  const written = typeof fallback === "function" ? fallback(around as JsonObject) : fallback;
  return isDeepStrictEqual(found, spelled(written, place.kind, path)) ? undefined : found;
}

/** The place below a key. Objects in the values of a chart have places of their own. */
export function below({ kind, keys }: Place, key: string, value: unknown): Place {
  const isInside = kind === "HelmRelease" && isObject(value) && typeof value.kind === "string" && "apiVersion" in value;
  return isInside ? { kind: value.kind as string, keys: [] } : { kind, keys: [...keys, key] };
}

function formOf(value: unknown, place: Place, path: string): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined; // says what an absent one says
    const items = value.map(each => meaning(each, itemOf(place, each)));
    return isSet(place.kind, path) ? items.sort(byText) : items;
  }
  if (!isObject(value)) return spelled(value, place.kind, path);
  const keys = Object.keys(value).sort(); // so that a set is in one order, whatever that of the keys in it
  if (TEXTS.test(path)) return keys.length > 0 ? Object.fromEntries(keys.map(key => [key, value[key]])) : undefined;
  const entries = keys.map(key => [key, meaning(value[key], below(place, key, value[key]), value)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

/** The place of a list's item: the list's own, but for an object in the values of a chart. */
export function itemOf(place: Place, item: unknown): Place {
  const inside = below(place, "", item);
  return inside.kind === place.kind ? place : inside;
}

/** Texts by free keys, which are nobody's fields. */
const TEXTS = /(^|\.)(labels|annotations|matchLabels|nodeSelector|selector|data|binaryData|volumeAttributes)$/;

function spelled(value: unknown, kind: string, path: string): unknown {
  if (QUANTITY.test(path)) return billionths(value) ?? value;
  if (TIMED.test(kind) && DURATION.test(path)) return durationMs(value) ?? value;
  if (INT_OR_STRING.test(path) && typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  return value;
}

/** The last one is of SPIKE's chart. */
const QUANTITY = /(^|\.)(resources\.(requests|limits)\.[^.]+|emptyDir\.sizeLimit|divisor|persistence\.size)$/;
const INT_OR_STRING =
  /(^|\.)(targetPort|(httpGet|tcpSocket|(in|e)gress\.ports)\.port|minAvailable|maxUnavailable|maxSurge)$/;
const TIMED = /^(PrometheusRule|ServiceMonitor|PodMonitor|Certificate)$/;
const DURATION = /(^|\.)(interval|scrapeTimeout|for|keep_firing_for|duration|renewBefore)$/;

/** Quantities are too large for JSON. */
const textOf = (value: unknown) =>
  JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each)) ?? "";
const byText = (a: unknown, b: unknown) => (textOf(a) < textOf(b) ? -1 : 1);
