import { type Problem, remedyOf } from "../constructs/kubernetes/problem";
import type { Path } from "../values/load/finding";

/** A prop, and the place in the values of each of its parts. */
export interface Prop<T> {
  readonly value: T;
  /** The place in the values of a path inside `value`. */
  place(path: Path): Path;
}

type Props = Readonly<Record<string, Prop<unknown>>>;

/** A key of any alternative of a union, and what stands under it. */
type Key<T> = T extends object ? keyof T & string : never;
type At<T, K> = T extends object ? (K extends keyof T ? T[K] : undefined) : undefined;

/**
 * What stands in the values, and where. Props are described with it once: `value` makes the props, and `place` takes back what a
 * construct finds wrong with them.
 *
 *     identity: node.at("identity").as(identityOf)
 */
export class Placed<T> implements Prop<T> {
  constructor(
    readonly value: T,
    readonly path: Path = [],
    private readonly parts: Props = {},
  ) {}

  place(path: Path): Path {
    const [first = "", ...rest] = path;
    return this.parts[first]?.place(rest) ?? [...this.path, ...path];
  }

  /** What stands under a key. */
  at<K extends Key<T>>(key: K): Placed<At<T, K>> {
    return new Placed((this.value as Record<string, unknown> | undefined)?.[key] as At<T, K>, [...this.path, key]);
  }

  /** The elements of a list. */
  each<E>(this: Placed<readonly E[]>): Placed<E>[] {
    return this.value.map((element, i) => new Placed(element, [...this.path, i]));
  }

  /** What is made of it, where it is given. `parts` of that which are made of something else have places of their own. */
  as<U>(make: (value: Exclude<T, undefined>) => U, parts: Props = {}): Placed<U | Extract<T, undefined>> {
    const made = this.value === undefined ? undefined : make(this.value as Exclude<T, undefined>);
    return new Placed(made as U | Extract<T, undefined>, this.path, parts);
  }
}

/** The props of a construct. What is none of them, such as the whole, has its place below `path`. */
export function propsOf<P extends object>(path: Path, props: { readonly [K in keyof P]: Prop<P[K]> }): Prop<P> {
  const entries = Object.entries<Prop<unknown>>(props).map(([name, { value }]) => [name, value]);
  return new Placed(Object.fromEntries(entries), path, props as Props);
}

/** A prop that is a list of things from several places; the list itself is at `path`. */
export function listOf<T>(path: Path, items: readonly Prop<T>[]): Prop<readonly T[]> {
  const values = items.map(({ value }) => value);
  return new Placed(values, path, { ...items } as unknown as Props);
}

/** What is wrong with props, at its place in the values. A remedy names a prop by its key, and anything else by `words`. */
export function problemsAt<P>(
  props: Prop<P>,
  problemsOf: (props: P) => readonly Problem[],
  words: Readonly<Record<string, string>>,
): Problem[] {
  const called = (inCode: string) => words[inCode] ?? String(props.place([inCode]).at(-1));
  return problemsOf(props.value).map(problem => {
    const { path, message } = problem;
    return { path: props.place(path), message, remedy: remedyOf(problem, called) };
  });
}
