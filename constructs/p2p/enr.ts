import { CLUSTER_IPV4 } from "../kubernetes/grammar/address";
import { faultOf } from "../kubernetes/grammar/grammar";

/** What an Ethereum Node Record (EIP-778, identity scheme v4) says, after its signature was verified. */
export interface DecodedEnr {
  /** The record as it was given, `enr:…`. */
  readonly text: string;
  /** Keccak-256 of the public key, hex: the node's id in discv5. */
  readonly nodeId: string;
  /** Compressed secp256k1 key, 33 bytes as hex. */
  readonly publicKey: string;
  /**
   * Raised by the node whenever it changes the record; of two records of one key, peers keep the one with the higher
   * number.
   */
  readonly seq: bigint;
  /** @default - the record carries no IPv4 address: the node does not know its own yet */
  readonly ip?: string;
  /** @default - the record carries no TCP port, as those of nodes that only bootstrap */
  readonly tcp?: number;
  /** @default - the record carries no UDP port, and nobody can join through it */
  readonly udp?: number;
  /** Chain id of the L1 in the record's `aztec` field. @default - the record has no such field */
  readonly l1ChainId?: number;
}

/** What a record has to announce. */
export interface EnrExpectation {
  /** @default - the address is not compared, because it is known only once the node runs */
  readonly ip?: string;
  /** UDP port, and TCP port where the record has one. */
  readonly port: number;
}

export interface BootstrapIdentityProps {
  /** Goes into the record's `aztec` field, by which nodes of other chains are told apart. */
  readonly l1ChainId: number;
  /** IPv4 address the node will announce. */
  readonly ip: string;
  /** UDP port the node will announce, which is the one it listens on. */
  readonly port: number;
}

export interface BootstrapIdentity {
  /** Secret: hex of the libp2p-marshalled secp256k1 key, the content of Aztec's `p2p-private-key` file. */
  readonly privateKey: string;
  readonly enr: string;
  /** The node's id in discv5, hex. */
  readonly nodeId: string;
  /** The node's id in libp2p, `16Uiu2…`. */
  readonly peerId: string;
}

/** @see https://eips.ethereum.org/EIPS/eip-778 */
const MAX_BYTES = 300;

/** Rules, policies and stacks look at the same few records, and verifying one costs milliseconds. */
const verified = new Map<string, DecodedEnr>();

/** Reads a record and verifies its signature; throws an `Error` that says what is wrong with it. */
export function decodeEnr(text: string): DecodedEnr {
  const enr = verified.get(text) ?? decode(text);
  verified.set(text, enr);
  return enr;
}

function decode(text: string): DecodedEnr {
  const bytes = bytesOf(text);
  const { rlpEncode, verify, nodeId } = library();
  const list = listOf(bytes, text);
  const [signature, seq, ...pairs] = list;
  if (!signature || !seq || pairs.length % 2) {
    throw new Error(
      `${quote(text)} is not an enr: its RLP list must be [signature, seq, key, value, …], got ${list.length} items`,
    );
  }
  if (seq.length > 8 || seq[0] === 0)
    throw new Error(`${quote(text)} has no valid seq: must be an integer of at most 64 bits`);
  const fields = fieldsOf(pairs, text);
  const scheme = Buffer.from(fields.get("id") ?? []).toString();
  if (scheme !== "v4") throw new Error(`${quote(text)} uses the identity scheme "${scheme}": only "v4" is supported`);
  const key = fields.get("secp256k1");
  if (key?.length !== 33)
    throw new Error(`${quote(text)} carries no public key: secp256k1 must have 33 bytes, got ${key?.length ?? 0}`);
  // The library would also take DER, which no other implementation does.
  if (signature.length !== 64 || !attempt(() => verify("v4", rlpEncode(list.slice(1)), key, signature))) {
    throw new Error(`${quote(text)} has a bad signature: it was altered or cut, copy it again from where it was made`);
  }
  return {
    text,
    nodeId: nodeId("v4", key),
    publicKey: hex(key),
    seq: BigInt(`0x0${hex(seq)}`),
    ip: address(fields, text),
    tcp: port(fields, "tcp", text),
    udp: port(fields, "udp", text),
    l1ChainId: l1ChainId(fields),
  };
}

/** The field is `<format>-<L1 chain id>-<rollup>-…`; another form is nobody's whom this package knows. */
function l1ChainId(fields: Map<string, Uint8Array>): number | undefined {
  const [, id] = /^\d\d-(\d+)-/.exec(Buffer.from(fields.get("aztec") ?? []).toString("latin1")) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** Says how a record differs from what its node will announce, `undefined` when it does not. */
export function enrMismatch(enr: DecodedEnr, expected: EnrExpectation): string | undefined {
  const ip = expected.ip ?? enr.ip;
  if (enr.ip === ip && enr.udp === expected.port && (enr.tcp ?? expected.port) === expected.port) return undefined;
  const tcp = enr.tcp === undefined || enr.tcp === enr.udp ? "" : ` (tcp ${enr.tcp})`;
  return (
    `announces ${enr.ip ?? "no address"}:${enr.udp ?? "no udp port"}${tcp}, expected ` +
    `${ip ?? "any address"}:${expected.port}`
  );
}

/**
 * Makes a key and the record of the bootstrap node that will use it. The record has seq 1, below the 4 of a freshly
 * started Aztec bootstrap node, so that the live record supersedes it.
 */
export function createBootstrapIdentity({ l1ChainId, ip, port }: BootstrapIdentityProps): BootstrapIdentity {
  if (!Number.isSafeInteger(l1ChainId) || l1ChainId < 1) {
    throw new Error(
      `l1 chain id ${l1ChainId} is not a positive integer: use the id of the chain the rollup settles on, 1 for ` +
        `mainnet`,
    );
  }
  const [fault, remedy = "use the one the node will announce, as in 10.96.7.7"] = faultOf(CLUSTER_IPV4, ip) ?? [];
  if (fault) throw new Error(`address "${ip}" ${fault}: ${remedy}`);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`port ${port} is not a port: use one of 1 to 65535`);
  const lib = library();
  const key = lib.privateKeyFromRaw(lib.randomPrivateKey());
  const record = lib.SignableENR.createV4(key.raw, {
    // A bootstrap node zeroes the rollup's fields: chain, rollup address, rollup version, protocol contracts, circuits.
    aztec: bytesFrom(Buffer.from(`00-${l1ChainId}-00000000-0-00000000-00000000`)),
    ip: Uint8Array.from(ip.split("."), Number),
    udp: Uint8Array.of(port >> 8, port & 0xff),
  });
  return {
    privateKey: hex(lib.privateKeyToProtobuf(key)),
    enr: record.encodeTxt(),
    nodeId: record.nodeId,
    peerId: record.peerId.toString(),
  };
}

/** Loaded at the first use, because most synths have no record to look at. */
function library(): typeof import("../../bundles/enr-lib.cjs") {
  return require("../../bundles/enr-lib.cjs");
}

function bytesOf(text: string): Uint8Array {
  if (!text.startsWith("enr:")) throw new Error(`${quote(text)} is not an enr: it must start with "enr:"`);
  const encoded = text.slice("enr:".length);
  const bytes = Buffer.from(encoded, "base64url");
  if (!encoded || bytes.toString("base64url") !== encoded) {
    throw new Error(`${quote(text)} is not an enr: what follows "enr:" is not base64url without padding`);
  }
  if (bytes.length > MAX_BYTES)
    throw new Error(`${quote(text)} is not an enr: it has ${bytes.length} bytes, at most ${MAX_BYTES} are allowed`);
  return bytesFrom(bytes);
}

function listOf(bytes: Uint8Array, text: string): Uint8Array[] {
  const value = attempt(() => library().rlpDecode(bytes));
  if (!value) throw new Error(`${quote(text)} is not an enr: its content is not RLP`);
  if (!Array.isArray(value) || !value.every((item): item is Uint8Array => !Array.isArray(item))) {
    throw new Error(`${quote(text)} is not an enr: its RLP is not a flat list of byte strings`);
  }
  return value;
}

function fieldsOf(pairs: Uint8Array[], text: string): Map<string, Uint8Array> {
  const fields = new Map<string, Uint8Array>();
  let previous = "";
  for (let i = 0; i < pairs.length; i += 2) {
    const key = Buffer.from(pairs[i] ?? []).toString("latin1");
    if (i > 0 && key <= previous) throw new Error(`${quote(text)} is not an enr: its keys are not sorted and unique`);
    fields.set(key, pairs[i + 1] ?? new Uint8Array());
    previous = key;
  }
  return fields;
}

function address(fields: Map<string, Uint8Array>, text: string): string | undefined {
  const value = fields.get("ip");
  if (value && value.length !== 4)
    throw new Error(`${quote(text)} has an invalid ip: must have 4 bytes, got ${value.length}`);
  return value?.join(".");
}

function port(fields: Map<string, Uint8Array>, name: "tcp" | "udp", text: string): number | undefined {
  const value = fields.get(name);
  if (!value) return undefined;
  const number = value.reduce((sum, byte) => sum * 256 + byte, 0);
  if (value.length > 2 || number === 0)
    throw new Error(`${quote(text)} has an invalid ${name}: must be a port of 1 to 65535`);
  return number;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** A plain array of its own: the libraries look at the class of what they are given. */
function bytesFrom(buffer: Buffer): Uint8Array {
  return Uint8Array.from(buffer);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function quote(text: string): string {
  return text.length > 48 ? `"${text.slice(0, 32)}…${text.slice(-8)}"` : `"${text}"`;
}
