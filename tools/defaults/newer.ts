/** A tag whose releases can be compared with others of the same form: `v1.2.3`, `3.2.25-alpine`. */
interface Release {
  readonly tag: string;
  /** The tag without its numbers. */
  readonly form: string;
  readonly numbers: readonly number[];
}

/**
 * What is newer among `tags` than the highest release of `ours`: the last one of its own line, which is its minor
 * version, and the last one of all, if that is of another line. Tags of another form are no releases of it: `-beta`,
 * `-alpine3.24`, or a line without its patch.
 */
export function newerThan(ours: readonly string[], tags: readonly string[]): string[] {
  const [own] = ours.flatMap(releaseOf).sort(descending);
  if (!own) return [];
  const others = tags.flatMap(releaseOf).filter(({ form }) => form === own.form);
  const newer = others.filter(other => descending(other, own) < 0).sort(descending);
  const line = newer.find(({ numbers }) => numbers.slice(0, 2).join(".") === own.numbers.slice(0, 2).join("."));
  return [...new Set([line, newer[0]].flatMap(each => (each ? [each.tag] : [])))];
}

function releaseOf(tag: string): Release[] {
  const [, v = "", numbers, suffix = ""] = /^(v?)(\d+\.\d+\.\d+)(-[a-z]+)?$/.exec(tag) ?? [];
  return numbers ? [{ tag, form: `${v}…${suffix}`, numbers: numbers.split(".").map(Number) }] : [];
}

function descending(a: Release, b: Release): number {
  const i = a.numbers.findIndex((number, at) => number !== b.numbers[at]);
  return i < 0 ? 0 : (b.numbers[i] as number) - (a.numbers[i] as number);
}
