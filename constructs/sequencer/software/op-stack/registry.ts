import { type Grammar, grammarProblems } from "../../../kubernetes/grammar/grammar";
import type { Problem } from "../../../kubernetes/problem";
import type { OpStack } from "./op-stack";

/**
 * Name of a chain in the superchain registry, as op-node, op-conductor and op-geth take it. The programs have the list
 * of chains, which differs between their releases.
 */
export const REGISTRY_CHAIN: Grammar = {
  is: "the name of a chain of the superchain registry with that of its superchain, such as op-sepolia or base-mainnet",
  form: /^[a-z0-9_]+(-[a-z0-9_]+)+$/,
  longest: 63,
};

/**
 * The name that op-reth has for it, since 1.4.
 * @see https://github.com/paradigmxyz/reth/blob/v1.10.0/crates/optimism/chainspec/src/superchain/chain_spec_macro.rs
 */
export function nameForReth(chain: string): string {
  return chain.replace(/-mainnet$/, "").replace(/^op(?=$|-sepolia$)/, "optimism");
}

/** A chain is named, or has two files. */
export function choiceProblems({ network, rollup, genesis }: OpStack): Problem[] {
  const path = ["software", "network"];
  const given = Object.entries({ rollup, genesis }).flatMap(([name, file]) => (file === undefined ? [] : [name]));
  if (network !== undefined) {
    if (given.length === 0) return grammarProblems(path, network, REGISTRY_CHAIN);
    const message = `"${network}" is a chain of the superchain registry, and there is ${given.join(" and ")} as well`;
    return [{ path, message, remedy: "keep the name, or the two files" }];
  }
  if (given.length === 2) return [];
  const remedy = "name a chain of the superchain registry, or give rollup and genesis";
  if (given.length === 0) return [{ path, message: "no chain is named, and there are no files of one", remedy }];
  const missing = rollup === undefined ? "rollup" : "genesis";
  return [{ path: ["software", missing], message: `missing beside ${given}`, remedy }];
}
