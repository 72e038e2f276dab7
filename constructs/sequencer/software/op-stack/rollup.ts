/** What of a chain's `rollup.json` has to fit the rest. */
export interface Rollup {
  /** Of the genesis block, in lower case. */
  readonly hash: string;
  readonly time: bigint;
  readonly chainId: bigint;
  readonly l1ChainId: number;
  readonly blockTimeSeconds: number;
  /** Contract of the L1 that names the signer of blocks. */
  readonly systemConfig: string;
  /** When forks begin, by the name of their field without `_time`. */
  readonly forks: Readonly<Record<string, number>>;
}

/** Reads a `rollup.json`; throws where it is none. */
export function readRollup(text: string): Rollup {
  const json = JSON.parse(text);
  const number = (value: unknown, place: string) => {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new Error(`${place} is ${JSON.stringify(value)}, which is no whole number`);
  };
  const hash = json?.genesis?.l2?.hash;
  if (typeof hash !== "string") throw new Error("genesis.l2.hash is missing");
  if (!/^0x[0-9a-fA-F]{64}$/.test(hash)) throw new Error("genesis.l2.hash is not 0x and 64 hex digits");
  const systemConfig = json.l1_system_config_address;
  if (!/^0x[0-9a-fA-F]{40}$/.test(systemConfig)) throw new Error("l1_system_config_address is no address");
  const forks = Object.entries(json).flatMap(([name, at]) =>
    typeof at === "number" && name.endsWith("_time") ? [[name.slice(0, -"_time".length), at] as const] : [],
  );
  return {
    hash: hash.toLowerCase(),
    time: BigInt(number(json.genesis.l2_time, "genesis.l2_time")),
    chainId: BigInt(number(json.l2_chain_id, "l2_chain_id")),
    l1ChainId: number(json.l1_chain_id, "l1_chain_id"),
    blockTimeSeconds: number(json.block_time, "block_time"),
    systemConfig,
    forks: Object.fromEntries(forks),
  };
}
