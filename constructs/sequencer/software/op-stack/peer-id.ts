/** What every peer id of a secp256k1 key begins with, and its length. */
const PEER_ID = /^16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45}$/;

/** Says what is wrong with the peer id of an op-node, `undefined` when nothing is. An id has no checksum. */
export function opStackPeerIdProblem(text: string): string | undefined {
  if (PEER_ID.test(text)) return undefined;
  return `"${text}" is not the peer id of an op-node's key: it has 53 characters and begins with 16Uiu2HA`;
}
