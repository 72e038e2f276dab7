import { randomBytes } from "node:crypto";
import { type NodeKeys, peerIdOf } from "../../member/node-key";

/** What every peer id of a secp256k1 key begins with, and its length. */
const PEER_ID = /^16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45}$/;

/** Makes a secp256k1 key for libp2p, as op-node reads it: 64 hex digits. */
export function createOpNodeKey(): { readonly key: string; readonly peerId: string } {
  const raw = randomBytes(32);
  return { key: raw.toString("hex"), peerId: peerIdOf(raw) };
}

/** Says what is wrong with the peer id of an op-node, `undefined` when nothing is. An id has no checksum. */
function opNodePeerIdProblem(text: string): string | undefined {
  if (PEER_ID.test(text)) return undefined;
  return `"${text}" is not the peer id of an op-node's key: it has 53 characters and begins with 16Uiu2HA`;
}

/** Keys of op-nodes. */
export const OP_NODE_KEYS: NodeKeys = { command: "keys op-stack", peerIdProblem: opNodePeerIdProblem };
