/** Page size in bytes. Each file stores its page size, so another machine can open it. */
const PAGE = 4096;
/** What bbolt makes a new file, on every machine. */
const PAGES = 8;

/** A bucket up to this size has no page of its own. */
const INLINE = PAGE / 4;

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const LEAF = 0x02;
const META = 0x04;
const FREELIST = 0x10;
const PAGE_HEADER = 16;
const ELEMENT = 16;
const BUCKET = 1;

type Entry = readonly [key: Buffer, value: Buffer];

/** What the buckets of a file hold. */
export interface BoltStore {
  readonly conf: readonly Entry[];
  readonly logs: readonly Entry[];
}

/**
 * The file that raft-boltdb writes when it opens a store and then writes once, `conf` or `logs`, byte for byte. The
 * first transaction makes the two buckets. bbolt never writes a page in place: pages 4 and 5 still hold what the first
 * transaction wrote, beside the pages of the second.
 * @see https://github.com/etcd-io/bbolt/blob/v1.3.5/tx.go
 */
export function boltFile({ conf, logs }: BoltStore): Buffer {
  const file = Buffer.alloc(PAGES * PAGE);
  const put = (page: number, bytes: Buffer) => bytes.copy(file, page * PAGE);
  const buckets = (ofConf: Buffer, ofLogs: Buffer): Entry[] => [
    [Buffer.from("conf"), ofConf],
    [Buffer.from("logs"), ofLogs],
  ];
  put(0, meta({ id: 0, root: 4, freelist: 5, end: 6, transaction: 2 }));
  put(4, leaf(4, buckets(inline([]), inline([])), BUCKET));
  put(5, freelist(5, [2, 3]));
  const entries = leaf(2, logs, 0);
  if (entries.length > INLINE) {
    put(1, meta({ id: 1, root: 3, freelist: 6, end: 7, transaction: 3 }));
    put(2, entries);
    put(3, leaf(3, buckets(inline(conf), Buffer.concat([u64(2), u64(0)])), BUCKET));
    put(6, freelist(6, [4, 5]));
  } else {
    put(1, meta({ id: 1, root: 2, freelist: 3, end: 6, transaction: 3 }));
    put(2, leaf(2, buckets(inline(conf), inline(logs)), BUCKET));
    put(3, freelist(3, [4, 5]));
  }
  return file;
}

/** A bucket inside the leaf that names it. */
function inline(entries: readonly Entry[]): Buffer {
  return Buffer.concat([u64(0), u64(0), leaf(0, entries, 0)]);
}

function leaf(id: number, entries: readonly Entry[], flags: number): Buffer {
  const elements: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = entries.length * ELEMENT;
  entries.forEach(([key, value], i) => {
    elements.push(u32(flags), u32(offset - i * ELEMENT), u32(key.length), u32(value.length));
    data.push(key, value);
    offset += key.length + value.length;
  });
  const page = Buffer.concat([header(id, LEAF, entries.length), ...elements, ...data]);
  if (page.length > PAGE) throw new Error(`${page.length} bytes do not fit into a page of ${PAGE}`);
  return page;
}

function freelist(id: number, pages: readonly number[]): Buffer {
  return Buffer.concat([header(id, FREELIST, pages.length), ...pages.map(u64)]);
}

interface Meta {
  readonly id: number;
  readonly root: number;
  readonly freelist: number;
  /** The first page that was never used. */
  readonly end: number;
  readonly transaction: number;
}

function meta({ id, root, freelist, end, transaction }: Meta): Buffer {
  const fields = Buffer.concat([
    ...[MAGIC, VERSION, PAGE, 0].map(u32),
    ...[root, 0, freelist, end, transaction].map(u64),
  ]);
  return Buffer.concat([header(id, META, 0), fields, u64(fnv1a(fields))]);
}

function header(id: number, flags: number, count: number): Buffer {
  const header = Buffer.alloc(PAGE_HEADER);
  header.writeBigUInt64LE(BigInt(id), 0);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(count, 10);
  return header;
}

/** FNV-1a of 64 bits, bbolt's checksum of its meta pages. */
function fnv1a(bytes: Buffer): bigint {
  return bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
