import type { Problem } from "../../../kubernetes/problem";
import type { OpStack, OpStackExecution } from "./op-stack";

/** Lines of releases, by their first numbers, and what nobody did with the others. */
interface Known {
  readonly lines: readonly string[];
  readonly others: string;
}

/**
 * Execution clients of which the flags are known. op-geth was run. op-reth never was: its flags were read in the
 * documentation of 1.0 to 1.10, and in the record of its command line that 2 has upstream.
 */
const KNOWN: Readonly<Record<OpStackExecution, Known>> = {
  "op-geth": { lines: ["1.101604"], others: "nobody has run" },
  "op-reth": { lines: ["1", "2"], others: "nobody has read the flags of" },
};

/**
 * What is wrong with the version of the execution client, where the image is named after it and its tag says one. An
 * untried release may answer the Engine API in another way, or have lost a flag.
 */
export function versionProblems({ execution, images, network }: OpStack): Problem[] {
  const [, name, version] = /(?:^|\/)(op-geth|op-reth):v?(\d+(?:\.\d+)+)/.exec(images.execution) ?? [];
  if (!name || !version) return [];
  const path = ["software", "images", "execution"];
  if (name !== execution) {
    return [
      { path, message: `"${images.execution}" is ${name}, and execution is ${execution}`, remedy: "name one of them" },
    ];
  }
  const { lines, others } = KNOWN[execution];
  if (network !== undefined && execution === "op-reth" && /^1\.[0-3](\.|$)/.test(version)) {
    const message = `"${images.execution}": op-reth knows the chains of the superchain registry since 1.4`;
    return [{ path, message, remedy: "use a later release, or give rollup and genesis" }];
  }
  if (lines.some(line => `${version}.`.startsWith(`${line}.`))) return [];
  const message = `"${images.execution}": ${others} ${execution} ${version} here`;
  const known = lines.map(line => `${line}.x`).join(" or ");
  return [{ path, message, remedy: `use a release of ${known}, or name yours by digest without a tag` }];
}
