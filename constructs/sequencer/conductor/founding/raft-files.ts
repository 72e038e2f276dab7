import { boltFile } from "./bolt";

/** A voter as raft remembers it. */
export interface Voter {
  readonly id: string;
  /** `host:port`, resolved at every dial. */
  readonly address: string;
}

/** The files of hashicorp/raft in a member's folder. */
export interface RaftFiles {
  readonly "raft-log.db": Buffer;
  readonly "raft-stable.db": Buffer;
}

/** hashicorp/raft's kinds of log entries. */
const CONFIGURATION = 5;
const COMMAND = 0;

/** The one term that the files know: the members vote in later ones. */
const TERM = 1;

/**
 * The files of a raft that has these voters and has committed this payload: what founds a cluster when every member
 * starts with them. All members get the same bytes, as they must: raft takes entries of one index and term for equal.
 * Without a payload no leader starts its sequencer before it is told on which block.
 */
export function raftFiles(voters: readonly Voter[], payload?: Buffer): RaftFiles {
  const configuration = map({
    Servers: array(voters.map(({ id, address }) => map({ Address: raw(address), ID: raw(id), Suffrage: small(0) }))),
  });
  return {
    "raft-log.db": boltFile({
      conf: [],
      logs: [
        [index(1), entry(1, CONFIGURATION, configuration)],
        ...(payload ? [[index(2), entry(2, COMMAND, payload)] as const] : []),
      ],
    }),
    "raft-stable.db": boltFile({ conf: [[Buffer.from("CurrentTerm"), index(TERM)]], logs: [] }),
  };
}

/** Go's zero time in binary form: these entries were never appended by a leader. */
const NEVER = Buffer.from(`01${"00".repeat(12)}ffff`, "hex");

function entry(at: number, type: number, data: Buffer): Buffer {
  return map({
    AppendedAt: raw(NEVER),
    Data: raw(data),
    Extensions: NIL,
    Index: small(at),
    Term: small(TERM),
    Type: small(type),
  });
}

// What go-msgpack writes of MessagePack, in its older form: texts and bytes alike are "raw".
const NIL = Buffer.from([0xc0]);

function map(fields: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(fields);
  return Buffer.concat([small(0x80 | entries.length), ...entries.flatMap(([key, value]) => [raw(key), value])]);
}

function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([small(0x90 | items.length), ...items]);
}

function raw(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  if (bytes.length < 32) return Buffer.concat([small(0xa0 | bytes.length), bytes]);
  return Buffer.concat([Buffer.from([0xda, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** One byte: a head, or a number below 128. */
function small(value: number): Buffer {
  return Buffer.from([value]);
}

/** Keys and numbers of the store. */
function index(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
