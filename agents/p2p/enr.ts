/*!
 * Reads an Ethereum Node Record (EIP-778). The signature is not verified: Node's standard library has no Keccak-256,
 * and the records read here come from the node in the same pod and from a ConfigMap that only this agent and operators
 * write.
 */
export interface Enr {
  readonly text: string;
  /** Compressed secp256k1 key, hex: the identity. */
  readonly publicKey: string;
  readonly seq: bigint;
  readonly ip?: string;
  readonly tcp?: number;
  readonly udp?: number;
}

export class EnrError extends Error {}

type Item = Buffer | Item[];

const MAX_BYTES = 300;

export function parseEnr(text: string): Enr {
  if (!text.startsWith("enr:"))
    throw new EnrError(`not an enr: must start with "enr:", got ${JSON.stringify(text.slice(0, 40))}`);
  const bytes = Buffer.from(text.slice(4), "base64url");
  if (bytes.toString("base64url") !== text.slice(4))
    throw new EnrError("not an enr: its content is not base64url without padding");
  if (bytes.length > MAX_BYTES)
    throw new EnrError(`not an enr: ${bytes.length} bytes, at most ${MAX_BYTES} are allowed`);
  const { item, end } = rlp(bytes, 0);
  if (end !== bytes.length) throw new EnrError(`not an enr: ${bytes.length - end} bytes after its end`);
  if (!Array.isArray(item) || item.some(Array.isArray)) throw new EnrError("not an enr: its RLP is not a flat list");
  const [signature, seq, ...pairs] = item as Buffer[];
  if (signature?.length !== 64 || !seq || pairs.length % 2)
    throw new EnrError("not an enr: must be [signature, seq, key, value, …]");
  if (seq.length > 8 || seq[0] === 0) throw new EnrError("not an enr: its seq is not an integer of at most 64 bits");
  const fields = sortedFields(pairs);
  if (fields.get("id")?.toString() !== "v4") throw new EnrError('not an enr: its identity scheme is not "v4"');
  const key = fields.get("secp256k1");
  if (key?.length !== 33) throw new EnrError("not an enr: its secp256k1 key has not 33 bytes");
  const ip = fields.get("ip");
  if (ip && ip.length !== 4) throw new EnrError("not an enr: its ip has not 4 bytes");
  return {
    text,
    publicKey: key.toString("hex"),
    seq: BigInt(`0x0${seq.toString("hex")}`),
    ip: ip?.join("."),
    tcp: port(fields, "tcp"),
    udp: port(fields, "udp"),
  };
}

function port(fields: Map<string, Buffer>, name: string): number | undefined {
  const value = fields.get(name);
  if (!value) return undefined;
  const number = value.length === 1 || value.length === 2 ? value.readUIntBE(0, value.length) : 0;
  if (!number) throw new EnrError(`not an enr: its ${name} is not a port of 1 to 65535`);
  return number;
}

function sortedFields(pairs: Buffer[]): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  let previous: string | undefined;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const key = (pairs[i] as Buffer).toString("latin1");
    if (previous !== undefined && key <= previous) throw new EnrError("not an enr: its keys are not sorted and unique");
    fields.set(key, pairs[i + 1] as Buffer);
    previous = key;
  }
  return fields;
}

/** The RLP item at `start`, in its one canonical encoding, and where it ends. */
function rlp(bytes: Buffer, start: number): { item: Item; end: number } {
  const prefix = bytes[start];
  if (prefix === undefined) throw new EnrError("not an enr: its RLP ends too early");
  if (prefix < 0x80) return { item: bytes.subarray(start, start + 1), end: start + 1 };
  const list = prefix >= 0xc0;
  const short = prefix - (list ? 0xc0 : 0x80);
  const sizeBytes = Math.max(0, short - 55);
  const from = start + 1 + sizeBytes;
  const length = sizeBytes ? longLength(bytes.subarray(start + 1, from), sizeBytes) : short;
  const end = from + length;
  if (end > bytes.length) throw new EnrError("not an enr: its RLP ends too early");
  const content = bytes.subarray(from, end);
  if (!list) {
    if (length === 1 && (content[0] as number) < 0x80) throw new EnrError("not an enr: its RLP is not canonical");
    return { item: content, end };
  }
  const items: Item[] = [];
  for (let next = 0; next < content.length; ) {
    const inner = rlp(content, next);
    items.push(inner.item);
    next = inner.end;
  }
  return { item: items, end };
}

function longLength(size: Buffer, sizeBytes: number): number {
  // More than two bytes of length cannot be inside a record of 300 bytes.
  const length = size.length === sizeBytes && sizeBytes <= 2 ? size.readUIntBE(0, sizeBytes) : Number.NaN;
  if (!(length > 55) || size[0] === 0) throw new EnrError("not an enr: its RLP is not canonical");
  return length;
}
