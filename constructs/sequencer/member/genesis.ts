import { isToken } from "../../kubernetes/framework/tokens";
import type { Problem } from "../../kubernetes/problem";
import type { Genesis } from "../sequencer";

/** What is wrong with a genesis that is known at synth, by itself or together with the signer. */
export function genesisProblems(genesis: Genesis, signerAddress: string | undefined): Problem[] {
  if ("configMap" in genesis) {
    return genesis.configMap
      ? []
      : [{ path: ["genesis", "configMap"], message: "empty", remedy: "name the ConfigMap with genesis.json" }];
  }
  if (isToken(genesis.text)) return [];
  const path = ["genesis", "text"];
  const parsed = parse(genesis.text);
  if (!parsed) return [{ path, message: "is no JSON object", remedy: "copy genesis.json as ev-node's init wrote it" }];
  const problems: Problem[] = [];
  const missing = ["chain_id", "start_time", "initial_height", "proposer_address"].filter(key => !parsed[key]);
  if (missing.length > 0) {
    const message = `has no ${missing.join(", ")}`;
    problems.push({ path, message, remedy: "copy genesis.json as ev-node's init wrote it" });
  }
  const epoch = parsed.da_epoch_forced_inclusion;
  if (typeof epoch !== "number" || epoch < 1) {
    const message = `da_epoch_forced_inclusion is ${JSON.stringify(epoch)}, at least 1 is needed`;
    problems.push({ path, message, remedy: "use upstream's 50" });
  }
  const proposer = proposerOf(genesis);
  if (proposer && signerAddress && proposer !== signerAddress.replace(/^0x/, "").toLowerCase()) {
    problems.push({
      path: ["signer", "address"],
      message: `${signerAddress} is not the proposer of the genesis, ${proposer}: no node would accept its blocks`,
      remedy: "use the signer that the genesis was made with",
    });
  }
  return problems;
}

/** The address that signs blocks, in lower-case hex, where the genesis is known at synth. */
export function proposerOf(genesis: Genesis): string | undefined {
  const proposer = "text" in genesis ? parse(genesis.text)?.proposer_address : undefined;
  return typeof proposer === "string" ? hexOf(proposer) : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** ev-node writes addresses as base64. */
function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
