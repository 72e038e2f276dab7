import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../manifests/json";
import { UNKNOWN } from "../difference";

/**
 * What is read of an entry of `resource_changes`.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Why, such as `replace_because_tainted`. */
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: unknown;
    readonly after?: unknown;
    /** True where a value is known only after apply. */
    readonly after_unknown?: unknown;
    readonly before_sensitive?: unknown;
    readonly after_sensitive?: unknown;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

/** The values before and after. A text stands for each value that is secret or not known yet. */
export function valuesOf({ change }: ResourceChange): { readonly before?: JsonObject; readonly after?: JsonObject } {
  const { before, after, after_unknown: unknown, before_sensitive, after_sensitive } = change;
  const known = overlay(after, unknown, value => value ?? UNKNOWN);
  const secret = [before_sensitive, after_sensitive];
  const hide = (value: unknown, other: unknown, word: string) =>
    secret.reduce<unknown>(
      (shown, marks) =>
        overlay(shown, marks, (shown, path) => {
          if (shown === undefined || shown === null) return shown; // nothing is no secret
          return isDeepStrictEqual(at(value, path), at(other, path)) ? "(sensitive)" : `(sensitive, ${word})`;
        }),
      value,
    );
  return { before: block(hide(before, known, "before")), after: block(hide(known, before, "after")) };
}

const block = (value: unknown) => (isObject(value) ? value : undefined);

/** Replaces the values at which the marks are true. The marks have the structure of the values. */
function overlay(
  value: unknown,
  marks: unknown,
  put: (value: unknown, path: readonly (string | number)[]) => unknown,
  path: readonly (string | number)[] = [],
): unknown {
  if (marks === true) return value === undefined && path.length === 0 ? value : put(value, path);
  if (Array.isArray(marks) && Array.isArray(value))
    return value.map((each, i) => overlay(each, marks[i], put, [...path, i]));
  if (!isObject(marks) || !isObject(value)) return value;
  const marked = Object.entries(marks).map(
    ([key, mark]) => [key, overlay(value[key], mark, put, [...path, key])] as const,
  );
  return { ...value, ...Object.fromEntries(marked.filter(([, each]) => each !== undefined)) };
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, key) => (here as JsonObject | undefined)?.[key], value);
}
