import { createHash } from "node:crypto";
import { keccak256, rlpEncode } from "./ethereum";
import type { GenesisAccount, L2Genesis } from "./genesis-file";
import { secureTrieRoot } from "./trie";

/** Block 0 of an OP Stack chain, as far as raft files need it. */
export interface GenesisBlock {
  /** `0x` and 64 hex digits. */
  readonly hash: string;
  /** The block as op-conductor stores payloads: SSZ of its envelope. */
  readonly payload: Buffer;
}

const NONE = new Uint8Array();
const ZERO = Buffer.alloc(32);
/** Of nothing: uncles, transactions and receipts, withdrawals of Canyon, requests of Prague. */
const EMPTY = {
  uncles: () => keccak256(rlpEncode([])),
  trie: () => secureTrieRoot([]),
  requests: createHash("sha256").digest(),
} as const;
const MESSAGE_PASSER = "4200000000000000000000000000000000000016";

/**
 * Block 0 as op-geth makes it of a `genesis.json` whose chain has Ecotone from the beginning. Its hash has to be
 * compared with the chain's: it covers everything that is read here.
 * @see https://github.com/ethereum-optimism/op-geth/blob/v1.101604.0/core/genesis.go
 */
export function genesisBlock(genesis: L2Genesis): GenesisBlock {
  const { accounts, isthmus, prague } = genesis;
  const passer = accounts.find(({ address }) => address.toString("hex") === MESSAGE_PASSER);
  const messages = passer ? storageRoot(passer) : ZERO;
  const stateRoot = secureTrieRoot(accounts.map(account => [account.address, accountOf(account)]));
  const header: (Uint8Array | Buffer)[] = [
    genesis.parentHash,
    EMPTY.uncles(),
    genesis.coinbase,
    stateRoot,
    EMPTY.trie(),
    EMPTY.trie(),
    Buffer.alloc(256),
    integer(genesis.difficulty),
    integer(genesis.number),
    integer(genesis.gasLimit),
    integer(genesis.gasUsed),
    integer(genesis.timestamp),
    genesis.extraData,
    genesis.mixHash,
    little(genesis.nonce, 8).reverse(),
    integer(genesis.baseFee),
    isthmus ? messages : EMPTY.trie(),
    integer(genesis.blobGasUsed),
    integer(genesis.excessBlobGas),
    ZERO, // the beacon root of a block without a parent
    ...(prague ? [EMPTY.requests] : []),
  ];
  const hash = keccak256(rlpEncode(header));
  // op-node's encoding leaves a root out that is the one of no withdrawals.
  const root = isthmus && !Buffer.from(messages).equals(Buffer.from(EMPTY.trie())) ? [Buffer.from(messages)] : [];
  return { hash: `0x${Buffer.from(hash).toString("hex")}`, payload: payloadOf(genesis, { stateRoot, hash, root }) };
}

/**
 * The payload of a block 0 of which only these are known. op-conductor reads number and hash: its leader starts op-node
 * where they are those of op-node's own head. It only sends a payload to an op-node that is one block behind, which
 * nobody is here.
 * @see https://github.com/ethereum-optimism/optimism/blob/v1.16.5/op-conductor/conductor/service.go
 */
export function payloadOfName(hash: string, timestamp: bigint): Buffer {
  return payloadOf({ ...UNKNOWN, timestamp }, { stateRoot: ZERO, hash: Buffer.from(hash.slice(2), "hex"), root: [] });
}

type Fields = Pick<
  L2Genesis,
  | "parentHash"
  | "coinbase"
  | "mixHash"
  | "number"
  | "gasLimit"
  | "gasUsed"
  | "timestamp"
  | "baseFee"
  | "blobGasUsed"
  | "excessBlobGas"
  | "extraData"
>;

const UNKNOWN: Omit<Fields, "timestamp"> = {
  parentHash: ZERO,
  coinbase: Buffer.alloc(20),
  mixHash: ZERO,
  number: 0n,
  gasLimit: 0n,
  gasUsed: 0n,
  baseFee: 0n,
  blobGasUsed: 0n,
  excessBlobGas: 0n,
  extraData: Buffer.alloc(0),
};

interface Hashes {
  readonly stateRoot: Uint8Array;
  readonly hash: Uint8Array;
  /** Of the withdrawals, or nothing. */
  readonly root: readonly Buffer[];
}

/** SSZ of a payload's envelope. */
function payloadOf(fields: Fields, { stateRoot, hash, root }: Hashes): Buffer {
  const fixed = FIXED + 32 * root.length;
  const end = fixed + fields.extraData.length;
  return Buffer.concat([
    ZERO,
    fields.parentHash,
    fields.coinbase,
    stateRoot,
    EMPTY.trie(),
    Buffer.alloc(256),
    fields.mixHash,
    ...[fields.number, fields.gasLimit, fields.gasUsed, fields.timestamp].map(value => little(value, 8)),
    little(BigInt(fixed), 4),
    little(fields.baseFee, 32),
    hash,
    // No transactions and no withdrawals: both lists begin where the extra data ends.
    little(BigInt(end), 4),
    little(BigInt(end), 4),
    little(fields.blobGasUsed, 8),
    little(fields.excessBlobGas, 8),
    ...root,
    fields.extraData,
  ]);
}

/** Size of an Ecotone payload's fixed part. */
const FIXED = 32 + 20 + 32 + 32 + 256 + 32 + 4 * 8 + 4 + 32 + 32 + 4 + 4 + 2 * 8;

function accountOf(account: GenesisAccount): Uint8Array {
  const { nonce, balance, code } = account;
  return rlpEncode([integer(nonce), integer(balance), storageRoot(account), keccak256(code)]);
}

function storageRoot({ storage }: GenesisAccount): Uint8Array {
  return secureTrieRoot(storage.map(([key, value]) => [key, rlpEncode(trimmed(value))]));
}

/** A number in as many bytes as it takes. */
function integer(value: bigint): Uint8Array {
  return trimmed(little(value, 32).reverse());
}

function trimmed(bytes: Buffer): Uint8Array {
  const begin = bytes.findIndex(byte => byte !== 0);
  return begin < 0 ? NONE : bytes.subarray(begin);
}

function little(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex").reverse();
}
