import { isTokenText } from "../framework/token-text";
import type { Problem } from "../problem";

/**
 * The rules for a text, set by the program that reads it: Kubernetes, DNS, a registry. Props and values are checked
 * with the same grammars. Nothing here loads the framework.
 */
export interface Grammar {
  /** Completes "must be …". */
  readonly is: string;
  readonly form: RegExp;
  /** Characters. */
  readonly longest: number;
  /** What is wrong with a text of this form. @default - nothing */
  readonly wrong?: (text: string) => Fault | undefined;
}

/** Completes "<text> …", and what to do about it. */
export type Fault = readonly [what: string, remedy?: string];

/** Why a text does not follow a grammar. */
export function faultOf({ is, form, longest, wrong }: Grammar, text: string): Fault | undefined {
  if (text.length > longest) return [`has ${text.length} characters, at most ${longest} are allowed`, "shorten it"];
  return form.test(text) ? wrong?.(text) : [`is not ${is}`];
}

/** What is wrong with a prop that follows a grammar. One that is not given is right, and a token nobody can check. */
export function grammarProblems(path: Problem["path"], text: string | undefined, grammar: Grammar): Problem[] {
  if (text === undefined || isTokenText(text)) return [];
  const [what, remedy] = faultOf(grammar, text) ?? [];
  return what ? [{ path, message: `"${text}" ${what}`, ...(remedy && { remedy }) }] : [];
}

/** The same for keys and values of a map. */
export function mapProblems(
  path: Problem["path"],
  map: Readonly<Record<string, string>> | undefined,
  key: Grammar,
  value?: Grammar,
): Problem[] {
  return Object.entries(map ?? {}).flatMap(([name, text]) => [
    ...grammarProblems([...path, name], name, key),
    ...(value ? grammarProblems([...path, name], text, value) : []),
  ]);
}
