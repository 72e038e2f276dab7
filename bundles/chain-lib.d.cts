/** What `tools/bundle.mjs` puts into `chain-lib.cjs`, as far as this package uses it. */
type Nested = Uint8Array | readonly Nested[];

export function keccak256(bytes: Uint8Array): Uint8Array;
export function rlpEncode(value: Nested): Uint8Array;
