/** `v1.2.2` as comparable numbers; undefined for what is not a release. */
export function parseVersion(version: string): readonly number[] | undefined {
  const [, ...numbers] = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  return numbers.length === 3 ? numbers.map(Number) : undefined;
}

/** Whether `version` is before `other`; both are releases. */
export function isBefore(version: readonly number[], other: readonly number[]): boolean {
  const i = version.findIndex((number, at) => number !== other[at]);
  return i >= 0 && (version[i] as number) < (other[i] as number);
}
