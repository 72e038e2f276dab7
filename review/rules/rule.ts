import type { Change } from "../changes";
import type { Sides } from "../sides";

/** One way to lose an identity, data or a safety net by a change that Terraform applies without a warning. */
export interface Rule {
  readonly id: string;
  readonly kinds: readonly string[];
  /** Why it is a loss, in one sentence. */
  readonly why: string;
  readonly remedy: string;
  /** Nothing is lost yet, but what would have prevented a loss: it is shown, and does not stop `guard`. */
  readonly warning?: true;
  /**
   * What would be lost; nothing for a change that the rule accepts. Objects that do not change are asked for as well,
   * since what they refer to may.
   */
  loses(change: Change, sides: Sides): string | undefined;
}

/** The object is deleted, even if another one replaces it. */
export const gone = ({ action }: Change) => ["delete", "rename", "replace"].includes(action);

/** The object is deleted, and none of its name replaces it. */
export const removed = ({ action }: Change) => action === "delete" || action === "rename";

/** The object is there before and after, under one name. */
export const stays = (change: Change) => !removed(change) && change.before !== undefined && change.after !== undefined;

export function altered(what: string, before: unknown, after: unknown): string | undefined {
  return before === undefined || before === after ? undefined : `${what}: ${before} → ${after ?? "none"}`;
}

/** Several losses of one rule and object as one text. */
export const together = (losses: readonly (string | undefined)[]) => losses.filter(Boolean).join("; ") || undefined;

export const words = (text = "") => text.split(/[\s,]+/).filter(Boolean);
