import { oneLine } from "../manifests/hidden";
import { count } from "../values/load/count";
import type { Action, Change, StackChanges } from "./changes";
import { consequencesOf } from "./consequences";
import type { Difference } from "./difference";
import type { Findings, Loss } from "./losses";

/** What changes do, for a terminal. */
export function toText(environment: string, stacks: readonly StackChanges[], { losses, warnings }: Findings): string {
  return [
    `${environment}: ${summary(stacks, { losses, warnings })}`,
    ...lossLines(losses),
    ...lossLines(warnings, "WARN"),
    ...stacks.flatMap(stackLines),
    "",
  ]
    .map(oneLine)
    .join("\n");
}

/** What would be lost, with the reason and what to do. */
export function lossLines(losses: readonly Loss[], word = "LOST"): string[] {
  return losses.flatMap(({ address, rule, loses, why, remedy, along }) => [
    "",
    `${word}  ${address}  (${rule})`,
    `      ${loses}`,
    ...(along.length > 0 ? [`      with it: ${along.join(", ")}`] : []),
    `      ${why}`,
    `      → ${remedy}`,
  ]);
}

/** `3 changes (1 replaced, 2 updated), 1 loss, 1 warning` */
export function summary(stacks: readonly StackChanges[], { losses, warnings }: Findings): string {
  const changes = stacks.flatMap(stack => stack.changes);
  const counts = ACTIONS.map(
    action => [changes.filter(change => change.action === action).length, PAST[action]] as const,
  );
  const parts = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const total = changes.length === 0 ? "nothing changes" : `${count(changes.length, "change")} (${parts.join(", ")})`;
  const lost = losses.length === 0 ? `nothing is lost${outside(stacks)}` : count(losses.length, "loss", "losses");
  return `${total}, ${lost}${warnings.length > 0 ? `, ${count(warnings.length, "warning")}` : ""}`;
}

/** Of what nothing is said, so that nobody takes it for nothing lost. */
export function outside(stacks: readonly StackChanges[]): string {
  const unknown = stacks.filter(({ unknown }) => unknown).map(({ stack }) => stack);
  return unknown.length > 0 ? `; without a plan nothing is known of ${unknown.join(", ")}` : "";
}

/** In the order in which they are shown: deletions come first. */
const ACTIONS: readonly Action[] = ["delete", "rename", "replace", "update", "create", "forget", "move"];
const PAST: Readonly<Record<Action, string>> = {
  delete: "deleted",
  rename: "renamed",
  replace: "replaced",
  update: "updated",
  create: "created",
  forget: "left behind",
  move: "moved",
};

export function inOrder(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action));
}

function stackLines({ stack, left, unknown, changes }: StackChanges): string[] {
  if (unknown) return ["", `${stack}: no plan of it is given`];
  if (left) return ["", `${stack}: no longer in the configuration; a deploy leaves it as it is`];
  if (changes.length === 0) return ["", `${stack}: no change`];
  return ["", stack, ...inOrder(changes).flatMap(changeLines)];
}

function changeLines(change: Change): string[] {
  const fields = change.differences.slice(0, FIELDS).map(difference => `            ${fieldLine(difference)}`);
  const more = change.differences.length - FIELDS;
  return [
    `  ${change.action.padEnd(8)}${titleOf(change)}`,
    ...consequencesOf(change).map(sentence => `          ${sentence}`),
    ...fields,
    ...(more > 0 ? [`            and ${count(more, "more field")}: --json has all`] : []),
  ];
}

const FIELDS = 12;

/** `StatefulSet a/boot → StatefulSet a/seed`; of a replaced object, the fields that force it. */
export function titleOf({ address, renamed, forced, terraform }: Change): string {
  const reason = forced.length > 0 && !renamed ? `  (for ${forced.join(", ")})` : "";
  const moved = terraform && terraform !== address ? `  [${terraform}]` : "";
  return `${address}${renamed ? ` → ${renamed}` : ""}${moved}${reason}`;
}

function fieldLine({ path, before, after }: Difference): string {
  if (before === undefined) return `+ ${path}: ${shown(after)}`;
  if (after === undefined) return `- ${path}: ${shown(before)}`;
  return `~ ${path}: ${shown(before)} → ${shown(after)}`;
}

const WIDTH = 100;

function shown(value: unknown): string {
  if (typeof value === "string" && value.includes("\n")) return count(value.trimEnd().split("\n").length, "line");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}
