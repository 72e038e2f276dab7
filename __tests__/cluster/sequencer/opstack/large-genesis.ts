import { createHash } from "node:crypto";
import { genesisBlock } from "../../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../../constructs/sequencer/conductor/founding/genesis-file";
import type { TestChain } from "./chain";

/** Addresses of predeploys: each has a proxy. A deployer makes 2048 of them, and 9 MB. */
const PROXIES = 256;
/** Bytes of a proxy's code, and of the contracts behind some of them: 5 to 24 KB, the largest that there is. */
const PROXY_BYTES = 2300;
const CONTRACTS = Array.from({ length: 40 }, (_, i) => 5_000 + i * 480);

const address = (prefix: string, i: number) => prefix + i.toString(16).padStart(40 - prefix.length, "0");
const word = (text: string) => `0x${text.padStart(64, "0")}`;

/** The chain with predeploys as a deployer makes them: a genesis of some 2 MB, which packs worse than a real one. */
export function withPredeploys(chain: TestChain): TestChain {
  const genesis = JSON.parse(chain.genesis);
  const proxy = codeOf("proxy", PROXY_BYTES);
  for (let i = 0; i < PROXIES; i++) {
    const storage = {
      "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103": word(
        "4200000000000000000000000000000000000018",
      ),
      "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc": word(address("c0d3c0d3c0d3", i)),
    };
    genesis.alloc[address("4200", i)] = { code: proxy, storage, balance: "0x0" };
  }
  for (const [i, bytes] of CONTRACTS.entries()) {
    genesis.alloc[address("c0d3c0d3c0d3", i)] = { code: codeOf(`contract ${i}`, bytes), balance: "0x0" };
  }
  const text = JSON.stringify(genesis, undefined, 2);
  const rollup = JSON.parse(chain.rollup);
  rollup.genesis.l2.hash = genesisBlock(readGenesis(text)).hash;
  return { ...chain, genesis: text, rollup: JSON.stringify(rollup) };
}

/** Bytes that pack like code: half of them are among the dozen most frequent, and addresses of jumps are between. */
function codeOf(seed: string, bytes: number): string {
  const frequent = [0x60, 0x80, 0x90, 0x81, 0x91, 0x50, 0x5b, 0x57, 0x61, 0x52, 0x01, 0x00];
  const blocks = Array.from({ length: Math.ceil(bytes / 16) }, (_, i) => {
    const random = createHash("sha256").update(`${seed}/${i}`).digest();
    return Buffer.from(
      [...random.subarray(0, 16)].map((byte, j) => ((random[16 + j] ?? 0) % 2 ? frequent[byte % 12] : byte) ?? 0),
    );
  });
  return `0x${Buffer.concat(blocks).subarray(0, bytes).toString("hex")}`;
}
