import type { Problem } from "../../../kubernetes/problem";
import type { OpStack, OpStackExecution } from "./op-stack";

/** Lines of execution clients that were run here, by the first numbers of their releases. op-reth never was. */
const LINES: Readonly<Partial<Record<OpStackExecution, readonly string[]>>> = { "op-geth": ["1.101604"] };

/**
 * What is wrong with the version of the execution client, where the image is named after it and its tag says one. An
 * untried release may answer the Engine API in another way, or have lost a flag.
 */
export function versionProblems({ execution, images }: OpStack): Problem[] {
  const [, name, version] = /(?:^|\/)(op-geth|op-reth):v?(\d+(?:\.\d+)+)/.exec(images.execution) ?? [];
  if (!name || !version) return [];
  const path = ["software", "images", "execution"];
  if (name !== execution) {
    return [
      { path, message: `"${images.execution}" is ${name}, and execution is ${execution}`, remedy: "name one of them" },
    ];
  }
  const lines = LINES[execution];
  if (!lines || lines.some(line => `${version}.`.startsWith(`${line}.`))) return [];
  const message = `"${images.execution}": nobody has run ${execution} ${version} here`;
  return [{ path, message, remedy: `use a release of ${lines.join(" or ")}` }];
}
