/** What `tools/bundle.mjs` puts into `chain-lib.cjs`, as far as this package uses it. */
type Nested = Uint8Array | readonly Nested[];

export function keccak256(bytes: Uint8Array): Uint8Array;
export function rlpEncode(value: Nested): Uint8Array;
/** fflate's: as small as it gets, and with no time unless `mtime` has one. */
export function gzipSync(bytes: Uint8Array, options: { readonly level: 9; readonly mtime: 0 }): Uint8Array;
