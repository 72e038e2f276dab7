/** What of an OP Stack chain's `genesis.json` goes into block 0. */
export interface L2Genesis {
  readonly chainId: bigint;
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  readonly baseFee: bigint;
  readonly difficulty: bigint;
  readonly nonce: bigint;
  readonly blobGasUsed: bigint;
  readonly excessBlobGas: bigint;
  readonly extraData: Buffer;
  readonly mixHash: Buffer;
  readonly coinbase: Buffer;
  readonly parentHash: Buffer;
  readonly accounts: readonly GenesisAccount[];
  /** Whether these forks hold from block 0 on. */
  readonly ecotone: boolean;
  readonly isthmus: boolean;
  readonly prague: boolean;
  /** When forks begin, by the name of their field without `Time`. */
  readonly forks: Readonly<Record<string, number>>;
}

export interface GenesisAccount {
  readonly address: Buffer;
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly code: Buffer;
  /** Without slots that hold zero. */
  readonly storage: readonly (readonly [key: Buffer, value: Buffer])[];
}

type Json = Readonly<Record<string, unknown>>;

/** Gas limit and base fee of a genesis that says none, as geth has them. */
const GAS_LIMIT = 4_712_388n;
const BASE_FEE = 1_000_000_000n;

/** Reads a `genesis.json` as geth does; throws where it is none. */
export function readGenesis(text: string): L2Genesis {
  const json = object(JSON.parse(text), "the file");
  const config = object(json.config, "config");
  const number = (key: string, otherwise = 0n) => quantity(json[key], key, otherwise);
  const timestamp = number("timestamp");
  const holds = (...forks: string[]) =>
    forks.every(fork => typeof config[fork] === "number" && BigInt(config[fork] as number) <= timestamp);
  const accounts = Object.entries(object(json.alloc ?? {}, "alloc"));
  const forks = Object.entries(config).flatMap(([name, at]) =>
    typeof at === "number" && name.endsWith("Time") ? [[name.slice(0, -"Time".length), at] as const] : [],
  );
  return {
    forks: Object.fromEntries(forks),
    chainId: quantity(config.chainId, "config.chainId"),
    number: number("number"),
    timestamp,
    gasLimit: number("gasLimit") || GAS_LIMIT,
    gasUsed: number("gasUsed"),
    baseFee: number("baseFeePerGas", BASE_FEE),
    difficulty: number("difficulty"),
    nonce: number("nonce"),
    blobGasUsed: number("blobGasUsed"),
    excessBlobGas: number("excessBlobGas"),
    extraData: bytes(json.extraData, "extraData"),
    mixHash: bytes(json.mixHash, "mixHash", 32),
    coinbase: bytes(json.coinbase, "coinbase", 20),
    parentHash: bytes(json.parentHash, "parentHash", 32),
    accounts: accounts.map(([address, account]) => accountOf(address, object(account, `alloc.${address}`))),
    ecotone: holds("shanghaiTime", "canyonTime", "cancunTime", "ecotoneTime"),
    isthmus: holds("isthmusTime"),
    prague: holds("pragueTime"),
  };
}

function accountOf(address: string, { nonce, balance, code, storage = {} }: Json): GenesisAccount {
  const place = `alloc.${address}`;
  const slots = Object.entries(object(storage, `${place}.storage`)).map(
    ([key, value]) => [bytes(key, place, 32), bytes(value, `${place}.storage.${key}`, 32)] as const,
  );
  return {
    address: bytes(address, place, 20),
    nonce: quantity(nonce, `${place}.nonce`),
    balance: quantity(balance, `${place}.balance`),
    code: bytes(code, `${place}.code`),
    storage: slots.filter(([, value]) => value.some(byte => byte !== 0)),
  };
}

function object(value: unknown, place: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`${place} is no JSON object`);
}

/** A number, or its text in decimal or hex. */
function quantity(value: unknown, place: string, otherwise = 0n): bigint {
  if (value === undefined || value === null || value === "") return otherwise;
  const exact =
    typeof value === "number" ? Number.isSafeInteger(value) && value >= 0 : /^(0x[0-9a-f]+|\d+)$/i.test(`${value}`);
  if (!exact) throw new Error(`${place} is ${JSON.stringify(value)}, which is no whole number`);
  return BigInt(value as string | number);
}

/** Hex with or without `0x`; where it has a size, zeros are added in front. */
function bytes(value: unknown, place: string, size?: number): Buffer {
  const digits = `${value ?? ""}`.replace(/^0x/i, "");
  if (!/^[0-9a-f]*$/i.test(digits) || (size !== undefined && digits.length > 2 * size)) {
    throw new Error(`${place} is ${JSON.stringify(value)}, which is not hex${size ? ` of ${size} bytes` : ""}`);
  }
  return Buffer.from(size === undefined ? digits : digits.padStart(2 * size, "0"), "hex");
}
