import { createHash } from "node:crypto";

/** Two chains with their genesis files, the same in every run. */
export const CHAINS = {
  /** Accounts with code, storage and nonces, and everything that Isthmus reads of them. */
  isthmus: genesis(1764401152, { pragueTime: 0, isthmusTime: 0, holoceneTime: 0 }, accounts()),
  /** No account, numbers in decimal, and forks that come later. */
  ecotone: genesis(1764400000, { pragueTime: 1764700000, isthmusTime: 1764700000 }, {}),
} as const;

function genesis(timestamp: number, forks: Record<string, number>, alloc: object): string {
  const blocks = ["homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg", "istanbul"];
  const later = ["muirGlacier", "berlin", "london", "arrowGlacier", "grayGlacier", "mergeNetsplit", "bedrock"];
  const times = ["regolith", "canyon", "shanghai", "cancun", "ecotone", "fjord", "granite"];
  const zero = `0x${"00".repeat(32)}`;
  const isthmus = forks.isthmusTime === 0;
  return JSON.stringify({
    config: {
      chainId: 4242,
      ...Object.fromEntries([...blocks, ...later].map(fork => [`${fork}Block`, 0])),
      terminalTotalDifficulty: 0,
      ...Object.fromEntries(times.map(fork => [`${fork}Time`, 0])),
      ...forks,
      optimism: { eip1559Elasticity: 6, eip1559Denominator: 50, eip1559DenominatorCanyon: 250 },
    },
    nonce: isthmus ? "0x0" : "0x1234",
    timestamp: isthmus ? `0x${timestamp.toString(16)}` : timestamp,
    extraData: isthmus ? "0x00000000fa00000006" : "0x",
    gasLimit: "0x3938700",
    difficulty: "0x0",
    mixHash: `0x${digest("mix")}`,
    coinbase: "0x4200000000000000000000000000000000000011",
    alloc,
    number: "0x0",
    gasUsed: "0x0",
    parentHash: zero,
    ...(isthmus && { baseFeePerGas: "0x3b9aca00" }),
    excessBlobGas: "0x0",
    blobGasUsed: "0x0",
  });
}

function accounts(): object {
  const some = Array.from({ length: 40 }, (_, i) => {
    const slots = Array.from({ length: i % 7 }, (_, j) => {
      const value = j === 3 ? "" : digest(`v${j}`).slice(0, 2 * (j + 1));
      return [`0x${digest(`k${i}${j}`)}`, `0x${value.padStart(64, "0")}`];
    });
    const account = {
      balance: i % 3 ? `0x${(1000n ** BigInt(i % 9)).toString(16)}` : String(i),
      ...(i % 4 === 0 && { nonce: "0x1" }),
      ...(i % 5 === 0 && { code: `0x${digest(`c${i}`).repeat(i + 1)}` }),
      ...(i % 7 && { storage: Object.fromEntries(slots) }),
    };
    return [(i % 2 ? "0x" : "") + digest(`a${i}`).slice(0, 40), account];
  });
  const storage = { [`0x${"1".padStart(64, "0")}`]: `0x${"42".repeat(20).padStart(64, "0")}` };
  return {
    ...Object.fromEntries(some),
    "4200000000000000000000000000000000000016": { balance: "0x0", code: "0x6001", storage },
    [`0x${"11".repeat(20)}`]: { balance: "0" },
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
