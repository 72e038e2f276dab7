/** What kubectl diff prints of one object, given its lines with their marks. */
export function diffOf(file: string, lines: readonly string[]): string {
  const [live, merged] = [`/tmp/LIVE-1/${file}`, `/tmp/MERGED-1/${file}`];
  const hunk = `@@ -1,${lines.length} +1,${lines.length} @@`;
  const stamp = "\t2026-11-28 12:00:00.000000000 +0000";
  return [
    `diff -u -N -U1000000 ${live} ${merged}`,
    `--- ${live}${stamp}`,
    `+++ ${merged}${stamp}`,
    hunk,
    ...lines,
    "",
  ].join("\n");
}
