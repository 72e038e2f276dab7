import { milliseconds } from "../../values/schema/fields";

/** Durations of the values as milliseconds; those that are not given are left out. */
export function inMilliseconds<K extends string>(times: Record<K, string | undefined>): { [name in K]?: number } {
  const entries = Object.entries<string | undefined>(times).map(([name, text]) => [name, text && milliseconds(text)]);
  return defined(Object.fromEntries(entries));
}

/** Without what is undefined. */
export function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
