// Writes what a verifier reads of Aztec's structured reference string, in the files of 4.1.2: crs.mjs DIR.
// BN254's points are those of the trusted setup: `bb` has them as constants, and must have these. Grumpkin's are a
// stand-in of the right size, its generator again and again: `bb` makes its own where it needs them. What a prover
// needs, 2^25 points, only the hosts of the string have.
import "./environment.mjs";
import { readFileSync, writeFileSync } from "node:fs";

const [, , dir] = process.argv;
const bytes = (...words) => Buffer.from(words.join(""), "hex");
const GENERATOR = bytes("1".padStart(64, "0"), "2".padStart(64, "0"));
const SECOND = bytes(
  "2d360628289ff943ff6bd1a87bbe4e62abe7fb61ba83effd266f22bdcf31e6f9",
  "26b92a79e563c3f48252cce7feeca2f0f8d33dcb4ef7b0643bf07bd405700aaa",
);
const G2 = bytes(
  "0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0",
  "260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1",
  "22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55",
  "04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4",
);
const GRUMPKIN = bytes("1".padStart(64, "0"), "2cf135e7506a45d632d270d45f1181294833fc48d823f272c".padStart(64, "0"));

const bb = readFileSync(process.env.BB_BINARY_PATH);
if (!bb.includes(SECOND) || !bb.includes(G2)) throw new Error("bb has another reference string: take its points");
writeFileSync(`${dir}/bn254_g1.dat`, Buffer.concat([GENERATOR, SECOND]));
writeFileSync(`${dir}/bn254_g2.dat`, G2);
writeFileSync(`${dir}/grumpkin_g1.flat.dat`, Buffer.alloc(64 * (2 ** 16 + 1), GRUMPKIN));
