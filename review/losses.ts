import type { Change, StackChanges } from "./changes";
import { identityOf, nameOf } from "./read";
import { type Rule, rules } from "./rules";

/** An identity or data that a change would lose. */
export interface Loss {
  readonly stack: string;
  /** The object whose loss has to be accepted. */
  readonly address: string;
  /** Id of the rule. */
  readonly rule: string;
  readonly loses: string;
  readonly why: string;
  readonly remedy: string;
  /** What else is lost with a namespace. */
  readonly along: readonly string[];
}

/** Everything that the changes of stacks would lose. Losses inside a deleted namespace are listed only with it. */
export function lossesOf(stacks: readonly StackChanges[]): Loss[] {
  return stacks.flatMap(stack => {
    const found = stack.changes.flatMap(change => broken(stack.stack, change));
    const namespaces = found.filter(({ loss }) => loss.rule === "namespace");
    const inside = ({ change }: Found) =>
      namespaces.some(namespace => nameOf(namespace.change.before) === namespaceOf(change))
        ? namespaceOf(change)
        : undefined;
    return [
      ...(stack.left ? [left(stack.stack)] : []),
      ...found
        .filter(each => inside(each) === undefined)
        .map(({ loss, change }) => {
          if (loss.rule !== "namespace") return loss;
          const along = found.filter(each => inside(each) === nameOf(change.before)).map(each => each.loss.address);
          return { ...loss, along: [...new Set(along)] };
        }),
    ];
  });
}

interface Found {
  readonly loss: Loss;
  readonly change: Change;
}

function broken(stack: string, change: Change): Found[] {
  if (["create", "move", "forget"].includes(change.action)) return [];
  return rules.flatMap(rule => {
    const loses = rule.kinds.includes(change.kind) ? rule.loses(change) : undefined;
    return loses ? [{ loss: lossOf(stack, change, rule, loses), change }] : [];
  });
}

function lossOf(stack: string, change: Change, { id, why, remedy }: Rule, loses: string): Loss {
  const { address, moved } = change;
  const back = moved ? `tell Terraform that it moved: terraform state mv '${moved.from}' '${moved.to}'` : remedy;
  return { stack, address, rule: id, loses, why, remedy: back, along: [] };
}

export const LEFT = {
  id: "stack",
  why:
    "A deploy does not destroy a stack that is no longer in the configuration: its objects keep running, " +
    "and nothing manages them.",
  remedy: "put the section back into the values; or destroy the stack first (cdktf destroy), after a backup",
};

function left(stack: string): Loss {
  const { id, ...rest } = LEFT;
  return {
    stack,
    address: `Stack ${stack}`,
    rule: id,
    loses: "Terraform's hold of everything in the stack",
    ...rest,
    along: [],
  };
}

const namespaceOf = ({ before }: Change) => identityOf(before).namespace ?? "";
