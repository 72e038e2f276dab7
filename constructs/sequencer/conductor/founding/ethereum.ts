type Library = typeof import("../../../../bundles/chain-lib.cjs");

/** Loaded at its first use: only who founds an OP Stack chain needs it. */
function library(): Library {
  return require("../../../../bundles/chain-lib.cjs");
}

export function keccak256(bytes: Uint8Array): Uint8Array {
  return library().keccak256(bytes);
}

/** RLP of bytes, or of a list of what has an RLP. */
export function rlpEncode(value: unknown): Uint8Array {
  return library().rlpEncode(value as Uint8Array);
}
