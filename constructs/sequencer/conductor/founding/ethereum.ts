type Library = typeof import("../../../../bundles/chain-lib.cjs");

/** Loaded at its first use: only who founds an OP Stack chain needs it. */
function library(): Library {
  return require("../../../../bundles/chain-lib.cjs");
}

export function keccak256(bytes: Uint8Array): Uint8Array {
  return library().keccak256(bytes);
}

/** Packed by gzip, into the same bytes on every machine: those of Node.js differ between releases and processors. */
export function gzip(text: string): Buffer {
  return Buffer.from(library().gzipSync(Buffer.from(text), { level: 9, mtime: 0 }));
}

/** RLP of bytes, or of a list of what has an RLP. */
export function rlpEncode(value: unknown): Uint8Array {
  return library().rlpEncode(value as Uint8Array);
}
