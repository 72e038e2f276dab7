import type { KubernetesObject } from "../manifests/objects";
import { thingOf } from "./change";
import type { Change, StackChanges } from "./changes";
import { type StackRule, stackRules } from "./place";
import { identityOf, nameOf } from "./read";
import { remedyFor } from "./reasons";
import { rules } from "./rules";
import type { Rule } from "./rules/rule";
import { NO_SIDES, type Sides } from "./sides";

/** An identity or data that a change would lose. */
export interface Loss {
  readonly stack: string;
  /** The object that loses it. */
  readonly address: string;
  /** Id of the rule. */
  readonly rule: string;
  /** By what the loss is accepted: the rule and the object. */
  readonly accept: string;
  readonly loses: string;
  readonly why: string;
  readonly remedy: string;
  /** What else is lost with a namespace. */
  readonly along: readonly string[];
}

export interface Findings {
  readonly losses: readonly Loss[];
  readonly warnings: readonly Loss[];
}

export const findingsOf = (stacks: readonly StackChanges[]): Findings => ({
  losses: lossesOf(stacks),
  warnings: warningsOf(stacks),
});

/** Everything that the changes of stacks would lose. Losses inside a deleted namespace are listed only with it. */
export const lossesOf = (stacks: readonly StackChanges[]): Loss[] =>
  stacks.flatMap(stack => [...ofStack(stack, false), ...brokenBy(stack, false)]);

/** Safety nets that the changes take away. Nothing is lost by them alone. */
export const warningsOf = (stacks: readonly StackChanges[]): Loss[] =>
  stacks.flatMap(stack => [...ofStack(stack, true), ...brokenBy(stack, true)]);

interface Found {
  readonly loss: Loss;
  readonly change: Change;
}

function brokenBy({ stack, changes, sides = NO_SIDES }: StackChanges, warnings: boolean): Loss[] {
  const chosen = rules.filter(({ warning = false }) => warning === warnings);
  const found = [...changes, ...unchanged(changes, sides)].flatMap(change => broken(stack, change, sides, chosen));
  const namespaces = found.filter(({ loss }) => loss.rule === "namespace");
  const inside = ({ change }: Found) =>
    namespaces.some(namespace => nameOf(namespace.change.before) === namespaceOf(change))
      ? namespaceOf(change)
      : undefined;
  return found
    .filter(each => inside(each) === undefined)
    .map(({ loss, change }) => {
      if (loss.rule !== "namespace") return loss;
      const along = found.filter(each => inside(each) === nameOf(change.before)).map(each => each.loss.address);
      return { ...loss, along: [...new Set(along)] };
    });
}

/** Objects that stay as they are; what they refer to may change. */
function unchanged(changes: readonly Change[], { before, after }: Sides): Change[] {
  const changed = new Set(changes.flatMap(({ address, renamed }) => [address, renamed]));
  const still = (object: KubernetesObject) => {
    const { kind, address, body } = thingOf(object);
    const was = before.find(kind, object.metadata.namespace, object.metadata.name);
    if (changed.has(address) || !was) return [];
    return [{ action: "update" as const, kind, address, before: was, after: body, differences: [], forced: [] }];
  };
  return after.objects.flatMap(still);
}

function broken(stack: string, change: Change, sides: Sides, chosen: readonly Rule[]): Found[] {
  if (["create", "move", "forget"].includes(change.action)) return [];
  return chosen.flatMap(rule => {
    const loses = rule.kinds.includes(change.kind) ? rule.loses(change, sides) : undefined;
    return loses ? [{ loss: lossOf(stack, change, rule, loses), change }] : [];
  });
}

function lossOf(stack: string, change: Change, { id, why, remedy }: Rule, loses: string): Loss {
  const { address, moved, reason, terraform } = change;
  const back = moved
    ? `tell Terraform that it moved: terraform state mv '${moved.from}' '${moved.to}'`
    : (remedyFor(reason, terraform) ?? remedy);
  return { stack, address, rule: id, accept: `${id} ${address}`, loses, why, remedy: back, along: [] };
}

function ofStack(stack: StackChanges, warnings: boolean): Loss[] {
  const address = `Stack ${stack.stack}`;
  const loss = ({ id, why, remedy }: StackRule, loses: string): Loss => {
    return { stack: stack.stack, address, rule: id, accept: `${id} ${address}`, loses, why, remedy, along: [] };
  };
  return stackRules
    .filter(({ warning = false }) => warning === warnings)
    .flatMap(rule => {
      const loses = rule.loses(stack);
      return loses ? [loss(rule, loses)] : [];
    });
}

const namespaceOf = ({ before }: Change) => identityOf(before).namespace ?? "";
