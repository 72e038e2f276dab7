import { isToken } from "./framework/tokens";
import type { Problem } from "./problem";

/** `MyBoot` as `my-boot`. */
export function nameOf(id: string, props: { readonly name?: string }): string {
  return props.name ?? id.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What is wrong with a prop that has to be a DNS label. */
export function labelProblems(prop: string, value: string, longest: number): Problem[] {
  if (isToken(value)) return [];
  if (value.length > longest) {
    const message = `"${value}" has ${value.length} characters, at most ${longest} are allowed`;
    return [{ path: [prop], message, remedy: "shorten it" }];
  }
  if (LABEL.test(value)) return [];
  const message = `"${value}" is not a DNS label`;
  return [{ path: [prop], message, remedy: "use lower-case letters, digits and dashes" }];
}
