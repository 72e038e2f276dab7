import { generateKeyPairSync } from "node:crypto";

export interface NodeKey {
  /** Secret: the content of ev-node's `config/node_key.json`. */
  readonly json: string;
  /** The node's id in libp2p, `12D3KooW…`. */
  readonly peerId: string;
}

/**
 * What comes before the 32 bytes of an ed25519 key in its peer id: identity multihash of 36 bytes, key type 1, 32
 * bytes.
 * @see https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md
 */
const PREFIX = 0x00_24_08_01_12_20n;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** What every peer id of an ed25519 key begins with, and its length. */
const BEGIN = "12D3KooW";
const LENGTH = 52;

/** One kind of node keys, for the errors about them. */
export interface NodeKeys {
  /** The command of `rollup-network` that makes them. */
  readonly command: string;
  /** What is wrong with the peer id of one. */
  readonly peerIdProblem: (text: string) => string | undefined;
}

/** Makes a node key for ev-node: an ed25519 key for libp2p, base64 of seed and public key, and of the public key. */
export function createNodeKey(): NodeKey {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as { d: string; x: string };
  const publicKey = Buffer.from(x, "base64url");
  const raw = Buffer.concat([Buffer.from(d, "base64url"), publicKey]);
  const json = JSON.stringify({ priv_key: raw.toString("base64"), pub_key: publicKey.toString("base64") });
  return { json, peerId: peerIdOf(raw) };
}

/**
 * Says what is wrong with the peer id of a node key, `undefined` when nothing is. An id has no checksum: it may still
 * be another node's.
 */
export function peerIdProblem(text: string): string | undefined {
  const message = flaw(text);
  return (
    message && `"${text}" is not the peer id of a node key: ${message}; copy it from what "keys sequencer" printed`
  );
}

function flaw(text: string): string | undefined {
  if (!text.startsWith(BEGIN)) return `that of an ed25519 key begins with ${BEGIN}`;
  const foreign = [...text].find(character => !BASE58.includes(character));
  if (foreign) return `"${foreign}" is no character of base58`;
  if (text.length !== LENGTH) return `it has ${text.length} characters instead of ${LENGTH}`;
  const value = [...text].reduce((sum, character) => sum * 58n + BigInt(BASE58.indexOf(character)), 0n);
  return value >> 256n === PREFIX ? undefined : "it does not hold an ed25519 key";
}

/** Keys of ev-nodes. */
export const EV_NODE_KEYS: NodeKeys = { command: "keys sequencer", peerIdProblem };

/** The id in libp2p of a private key. `publicKey` is not in the bundle's declarations. */
export function peerIdOf(raw: Buffer): string {
  const { privateKeyFromRaw }: typeof import("../../../bundles/enr-lib.cjs") = require("../../../bundles/enr-lib.cjs");
  const key = privateKeyFromRaw(Uint8Array.from(raw)) as { readonly publicKey?: object };
  return String(key.publicKey);
}
