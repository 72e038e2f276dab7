import type { StackChanges } from "./changes";
import { consequencesOf } from "./consequences";
import type { Loss } from "./losses";

/** What changes do, for programs. */
export function toJson(environment: string, stacks: readonly StackChanges[], losses: readonly Loss[]): object {
  return {
    environment,
    losses,
    stacks: stacks.map(({ stack, left = false, changes }) => ({
      stack,
      left,
      changes: changes.map(change => {
        const { action, address, terraform, renamed, moved, forced, differences } = change;
        return {
          action,
          address,
          terraform,
          renamed,
          moved,
          forced,
          consequences: consequencesOf(change),
          differences,
        };
      }),
    })),
  };
}
