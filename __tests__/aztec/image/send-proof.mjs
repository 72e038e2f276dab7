// Asks a node whether it would take a transaction with a wrong proof: send-proof.mjs URL. The proof is empty but for
// one evaluation of its sumcheck: bb reads it to the end, and finds that it does not verify. An empty proof would only
// trip an assertion.
import { createAztecNodeClient } from "@aztec/aztec.js/node";
import { Fr } from "@aztec/foundation/curves/bn254";
import { ChonkProof } from "@aztec/stdlib/proofs";
import { mockTx } from "@aztec/stdlib/testing";

const [, , url] = process.argv;
const IN_SUMCHECK = 200;
const chonkProof = new ChonkProof(ChonkProof.empty().fields.with(IN_SUMCHECK, Fr.ONE));
const node = createAztecNodeClient(url);
const { l1ChainId, rollupVersion } = await node.getNodeInfo();
const chain = { chainId: new Fr(l1ChainId), version: new Fr(rollupVersion) };
const { result, reason } = await node.isValidTx(await mockTx(1, { chonkProof, ...chain }));
process.stdout.write(`${result}: ${reason}\n`);
