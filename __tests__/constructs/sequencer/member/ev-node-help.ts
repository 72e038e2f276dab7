/** Flags as `start --help` prints them: name and type, `switch` for one without a value. */
export function flagsOf(help: string): string[] {
  const lines = [...help.matchAll(/^ +(?:-\w, | {4})--(\S+)(?: (string|strings|uint|int|float|duration))? {2,}/gm)];
  return lines.map(([, name, type = "switch"]) => `${name} ${type}`).sort();
}
