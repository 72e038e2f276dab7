import type { StackChanges } from "./changes";
import { consequencesOf } from "./consequences";
import type { Findings } from "./losses";

/** What changes do, for programs. */
export function toJson(environment: string, stacks: readonly StackChanges[], { losses, warnings }: Findings): object {
  return {
    environment,
    losses,
    warnings,
    stacks: stacks.map(({ stack, left = false, unknown = false, changes }) => ({
      stack,
      left,
      unknown,
      changes: changes.map(change => {
        const { action, address, terraform, renamed, moved, reason, forced, differences } = change;
        return {
          action,
          address,
          terraform,
          renamed,
          moved,
          reason,
          forced,
          consequences: consequencesOf(change),
          differences,
        };
      }),
    })),
  };
}
