import { keccak256, rlpEncode } from "./ethereum";

/** What a node stands for in its parent: its hash, or the node itself where that is shorter. */
type Reference = Uint8Array | readonly unknown[];

/** Key in nibbles. */
type Leaf = readonly [path: readonly number[], value: Uint8Array];

/**
 * Root of Ethereum's Merkle Patricia trie over hashed keys, as of an account's storage or of all accounts. The
 * libraries that have tries work over asynchronous stores, and synthesis is synchronous.
 * @see https://ethereum.org/developers/docs/data-structures-and-encoding/patricia-merkle-trie
 */
export function secureTrieRoot(entries: Iterable<readonly [key: Uint8Array, value: Uint8Array]>): Uint8Array {
  const leaves = [...entries].map(([key, value]): Leaf => [nibbles(keccak256(key)), value]);
  leaves.sort(([a], [b]) => compare(a, b));
  return keccak256(rlpEncode(leaves.length > 0 ? node(leaves, 0) : new Uint8Array()));
}

function node(leaves: readonly Leaf[], depth: number): readonly unknown[] {
  const [[first, value]] = leaves as [Leaf];
  if (leaves.length === 1) return [compact(first.slice(depth), true), value];
  const [last] = leaves[leaves.length - 1] as Leaf;
  let end = depth;
  while (first[end] === last[end]) end++; // they are in order
  if (end > depth) return [compact(first.slice(depth, end), false), reference(node(leaves, end))];
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const below = leaves.filter(([path]) => path[depth] === nibble);
    return below.length > 0 ? reference(node(below, depth + 1)) : new Uint8Array();
  });
  return [...children, new Uint8Array()]; // hashed keys are all of one length: none ends here
}

function reference(of: readonly unknown[]): Reference {
  const encoded = rlpEncode(of);
  return encoded.length < 32 ? of : keccak256(encoded);
}

/** Nibbles as bytes: the first nibble says whether they lead to a leaf, and whether their number is odd. */
function compact(path: readonly number[], leaf: boolean): Uint8Array {
  const odd = path.length % 2;
  const all = [(leaf ? 2 : 0) + odd, ...(odd ? [] : [0]), ...path];
  return Uint8Array.from({ length: all.length / 2 }, (_, i) => ((all[2 * i] ?? 0) << 4) | (all[2 * i + 1] ?? 0));
}

function nibbles(bytes: Uint8Array): number[] {
  return [...bytes].flatMap(byte => [byte >> 4, byte & 0xf]);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((nibble, i) => nibble !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
