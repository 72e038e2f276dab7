import { isToken } from "./framework/tokens";
import { type Problem, refuse } from "./problem";

/**
 * Which props decide the shape of what is made, so that CDKTF must know them when it synthesizes: `true`, or the remedy
 * where there is a better one than to give the value. `false` marks a tree that may hold tokens anywhere.
 * The shape of a list is that of its elements, and `*` that of every further key.
 */
export type Shape<T> = { readonly [K in keyof T]?: boolean | string | Shape<Element<NonNullable<T[K]>>> };

type Element<T> = T extends readonly (infer E)[] ? E : T;

type Rule = boolean | string | { readonly [key: string]: Rule | undefined } | undefined;

/** Throws one error that names all props whose tokens decide the shape. */
export function mustBeKnown<P extends object>(construct: string, props: P, shape: Shape<P> = {}): void {
  refuse(construct, tokenProblems(props, shape));
}

/**
 * Tokens where the shape says none may be, and those in place of a number, a list or a map: the library counts them,
 * and joins them with its own. Constructs and other class instances are not looked into: they looked at theirs.
 */
function tokenProblems(props: object, shape: object): Problem[] {
  const problems: Problem[] = [];
  const report = (path: Problem["path"], kind: string, rule: Rule) => {
    const remedy = typeof rule === "string" ? rule : `give a ${kind}`;
    problems.push({ path, message: "must be known at synthesis, and is a token", remedy });
  };
  const visit = (value: unknown, path: Problem["path"], rule: Rule): void => {
    if (rule === false) return;
    if (typeof value === "string") {
      if (rule && typeof rule !== "object" && isToken(value)) report(path, "text", rule);
    } else if (typeof value === "number") {
      if (isToken(value)) report(path, "number", rule);
    } else if (Array.isArray(value)) {
      if (isToken(value)) report(path, "list", rule);
      else for (const [i, each] of value.entries()) visit(each, [...path, i], rule);
    } else if (typeof value === "object" && value !== null) {
      if (isToken(value)) report(path, Object.keys(value).some(isToken) ? "map" : "value", rule);
      else if (isPlain(value)) {
        for (const [key, each] of Object.entries(value)) {
          if (isToken(key)) report(path, "text for every key", rule);
          else visit(each, [...path, key], typeof rule === "object" ? (rule[key] ?? rule["*"]) : rule);
        }
      }
    }
  };
  visit(props, [], shape as Rule);
  return problems;
}

/** An object literal, of any realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
