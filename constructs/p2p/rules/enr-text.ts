import type { Problem } from "../../kubernetes/problem";
import { type DecodedEnr, decodeEnr } from "../enr";

/** Decodes an ENR, or adds the reason why it is none to `problems`. */
export function decoded(text: string, path: Problem["path"], problems: Problem[]): DecodedEnr | undefined {
  try {
    return decodeEnr(text);
  } catch (error) {
    problems.push({
      path,
      message: (error as Error).message,
      remedy: "copy the whole ENR again from where it was published",
    });
    return undefined;
  }
}
