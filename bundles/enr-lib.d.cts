/** What `tools/bundle.mjs` puts into `enr-lib.cjs`, as far as this package uses it. */
type Nested = Uint8Array | Nested[];
type Values = Record<string, Uint8Array>;

interface NodeRecord {
  readonly kvs: ReadonlyMap<string, Uint8Array>;
  readonly seq: bigint;
  readonly nodeId: string;
  readonly publicKey: Uint8Array;
  readonly peerId: { toString(): string };
  readonly ip?: string;
  readonly tcp?: number;
  readonly udp?: number;
  encodeTxt(): string;
}

interface PrivateKey {
  readonly type: string;
  readonly raw: Uint8Array;
}

export const ENR: { decodeTxt(text: string): NodeRecord };
export const SignableENR: {
  /** A record with seq 1. */
  createV4(privateKey: Uint8Array, values?: Values): NodeRecord;
  new (values: Values, seq: bigint, privateKey: Uint8Array): NodeRecord;
};
export function nodeId(scheme: "v4", publicKey: Uint8Array): string;
export function verify(scheme: "v4", data: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean;
export function sign(scheme: "v4", data: Uint8Array, privateKey: Uint8Array): Uint8Array;

export function rlpDecode(bytes: Uint8Array): Nested;
export function rlpEncode(value: Nested): Uint8Array;

export function randomPrivateKey(): Uint8Array;
export function privateKeyFromRaw(raw: Uint8Array): PrivateKey;
export function privateKeyFromProtobuf(bytes: Uint8Array): PrivateKey;
export function privateKeyToProtobuf(key: PrivateKey): Uint8Array;
