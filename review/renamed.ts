import type { Change } from "./changes";
import { differences } from "./difference";
import { identityOf } from "./read";

/** The share of an object's fields that must be the same under the other name. */
const ALIKE = 0.8;

/** Joins a deletion and a creation whose content shows that they are one object under two names. */
export function findRenamed(changes: readonly Change[]): Change[] {
  const created = new Set(changes.filter(({ action }) => action === "create"));
  const renames = new Map<Change, Change>();
  for (const gone of changes) {
    if (gone.action !== "delete") continue;
    const twins = [...created]
      .filter(({ kind }) => kind === gone.kind)
      .map(twin => ({ twin, like: likeness(gone, twin) }));
    const [best] = twins.filter(({ like }) => like >= ALIKE).sort((a, b) => b.like - a.like);
    if (!best) continue;
    created.delete(best.twin);
    renames.set(gone, best.twin);
  }
  const twins = new Set(renames.values());
  return changes.filter(change => !twins.has(change)).map(change => renamed(change, renames.get(change)));
}

function renamed(gone: Change, twin: Change | undefined): Change {
  if (!twin) return gone;
  const found = differences(gone.kind, underNamesOf(gone, twin), twin.after);
  return { ...gone, action: "rename", renamed: twin.address, after: twin.after, differences: found };
}

function likeness(gone: Change, twin: Change): number {
  const differing = differences(gone.kind, underNamesOf(gone, twin), twin.after).length;
  return 1 - differing / leaves(twin.after);
}

/** An object with its namespace, and the part of its name that differs, replaced everywhere by those of the other. */
function underNamesOf({ before }: Change, { after }: Change): unknown {
  const [old, now] = [identityOf(before), identityOf(after)];
  const pairs = [differing(old.name, now.name), [old.namespace, now.namespace]].filter(
    ([from, to]) => from && from !== to,
  );
  return pairs.reduce<unknown>((value, [from, to]) => replaceWord(value, from as string, to as string), before);
}

/** `boot-headless` and `seed-headless` differ in `boot` and `seed`. */
function differing(from = "", to = ""): [from: string, to: string] {
  const [a, b] = [from.split("-"), to.split("-")];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    a.pop();
    b.pop();
  }
  return [a.join("-"), b.join("-")];
}

function replaceWord(value: unknown, from: string, to: string): unknown {
  const word = new RegExp(`(?<![A-Za-z0-9])${from.replace(/[.]/g, "\\.")}(?![A-Za-z0-9])`, "g");
  const replace = (each: unknown): unknown => {
    if (typeof each === "string") return each.replace(word, to);
    if (Array.isArray(each)) return each.map(replace);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, replace(item)]));
  };
  return replace(value);
}

function leaves(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + leaves(each), 0) || 1;
}
