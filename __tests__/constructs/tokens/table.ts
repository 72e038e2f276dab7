import type {
  Announce,
  Bootnodes,
  Destination,
  Engine,
  Identity,
  KubernetesProps,
  SequencerNode,
  SpikeRelease,
  SpireRelease,
} from "../../../constructs";
import type { ServiceV1 } from "../../../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../../../constructs/kubernetes/framework/terraform";
import type { Problem } from "../../../constructs/kubernetes/problem";

/** A token stands in what Terraform reads, or is refused because the value decides the shape. */
export type Verdict = "passes" | "known";

/** What was made by a call of its own, which has a table of its own. */
type Made = Announce | Bootnodes | Engine | Problem | SequencerNode | ServiceV1 | SpikeRelease | SpireRelease;

type Same<T, Other> = (<G>() => G extends T ? 1 : 2) extends <G>() => G extends Other ? 1 : 2 ? true : false;

/** An `Identity`, since what makes one has a prop of the same name, and a platform's words, which all may lack. */
type IsExact<T> = true extends Same<T, Identity> | Same<T, KubernetesProps> ? true : false;

type Keys<T> = T extends unknown ? keyof T : never;
type Value<T, K extends PropertyKey> = T extends { readonly [P in K]?: infer V } ? Exclude<V, undefined> : never;

/** A verdict for every prop at any depth: one that is added to an interface does not compile until it is here. */
export type Table<T> = unknown extends T
  ? Verdict
  : [T] extends [string | number | boolean]
    ? Verdict
    : [IsExact<T>, T] extends [true, unknown] | [false, Made]
      ? "made"
      : [T] extends [readonly (infer E)[]]
        ? readonly [Table<[E] extends [string | number | boolean] ? E : Exclude<E, string>>]
        : string extends Keys<T>
          ? { readonly "*": Table<Value<T, string>> }
          : { readonly [K in Keys<T>]-?: Table<Exclude<Value<T, K>, false | "platform">> };

export type Path = readonly (string | number)[];

/** A prop: a value with its verdict, or a list or a map as a whole. */
export interface Row {
  readonly name: string;
  readonly path: Path;
  readonly verdict: Verdict | "list" | "map";
}

/** The rows of a table. */
export function rowsOf(table: unknown, path: Path = []): Row[] {
  const row = (verdict: Row["verdict"]) => ({ name: path.join("."), path, verdict });
  if (table === "made") return [];
  if (typeof table === "string") return [row(table as Verdict)];
  if (Array.isArray(table)) return [row("list"), ...rowsOf(table[0], [...path, 0])];
  return Object.entries(table as object).flatMap(([key, each]) =>
    key === "*" ? [row("map"), ...rowsOf(each, [...path, key])] : rowsOf(each, [...path, key]),
  );
}

/** What is at a path; `*` is the first key of a map. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((at, key) => Object(at)[keyIn(at, key)], value);
}

/** A copy with another value at a path. */
export function withValue(value: unknown, path: Path, other: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return other;
  const key = keyIn(value, first);
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  return Object.assign(copy, { [key]: withValue(Object(value)[key], rest, other) });
}

/** As an error names it. */
export function placeOf(value: unknown, path: Path): string {
  const keys = path.map((key, i) => keyIn(valueAt(value, path.slice(0, i)), key));
  return keys.reduce<string>(
    (text, key, i) => (typeof path[i] === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    "",
  );
}

function keyIn(value: unknown, key: string | number): string {
  return key === "*" ? (Object.keys(Object(value))[0] ?? "") : String(key);
}

/** One construct, or one call that makes a value for constructs. */
export interface Case<P = unknown> {
  readonly name: string;
  readonly table: Table<P>;
  /** Props with everything in them; several, where one excludes another. */
  readonly props: readonly P[];
  readonly make: (stack: TerraformStack, props: P) => void;
  /** What this construct does not write, with all that is below. */
  readonly unused?: readonly string[];
  /** What it refuses, though another construct with the same props takes it. */
  readonly refused?: readonly string[];
  /** Lists and maps that may be tokens as a whole. */
  readonly whole?: readonly string[];
  /** What must be known under some of the props alone. */
  readonly sometimes?: readonly string[];
}

/** A case whose table is checked against its props. */
export const caseOf = <P>(each: Case<P>): Case => each as unknown as Case;

export const text = { "*": "passes" } as const;
export const secretKey = { secret: "passes", key: "passes" } as const;
export const secretVariable = { ...secretKey, targets: ["known"] } as const;
export const storage = { size: "passes", className: "passes" } as const;
const endpoint = { namespace: "passes", podLabels: text, cidr: "passes" } as const;
export const endpoints = [endpoint] as const;
export const destinations = [{ ...endpoint, ports: ["known"] }] as const;
/** Fixtures of the same. */
export const LABELS = { team: "a" };
export const ENDPOINTS = [{ namespace: "other", podLabels: LABELS }];
export const CIDRS = [{ cidr: "10.0.0.0/8" }];
export const DESTINATIONS = [{ ...ENDPOINTS[0], ports: [443] }] as Destination[];
export const CIDR_DESTINATIONS: Destination[] = [{ cidr: "10.0.0.0/8", ports: [443] }];
export const RESOURCES = { cpu: "1", memory: "1Gi", memoryLimit: "2Gi" };
export const STORAGE = { size: "1Gi", className: "fast" };
