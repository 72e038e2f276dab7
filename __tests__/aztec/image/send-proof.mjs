// Asks a node whether it would take a transaction with an empty proof: send-proof.mjs URL. The proof is well formed and
// wrong: the verifier reads it, and says so.
import { createAztecNodeClient } from "@aztec/aztec.js/node";
import { Fr } from "@aztec/foundation/curves/bn254";
import { ChonkProof } from "@aztec/stdlib/proofs";
import { mockTx } from "@aztec/stdlib/testing";

const [, , url] = process.argv;
const node = createAztecNodeClient(url);
const { l1ChainId, rollupVersion } = await node.getNodeInfo();
const chain = { chainId: new Fr(l1ChainId), version: new Fr(rollupVersion) };
const { result, reason } = await node.isValidTx(await mockTx(1, { chonkProof: ChonkProof.empty(), ...chain }));
process.stdout.write(`${result}: ${reason}\n`);
