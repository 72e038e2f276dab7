import type { Genesis } from "../../sequencer";
import type { OpBatcher, OpProposer } from "./submitters/props";

/** Execution clients whose flags are known. The tests run op-geth; op-reth was rendered and never run. */
export type OpStackExecution = "op-geth" | "op-reth";

/**
 * A chain's `genesis.json`: its content; a ConfigMap of the namespace, with the key `genesis.json`, or, packed by gzip,
 * `genesis.json.gz`; or a URL, with the SHA-256 of what is there, packed or not, in hex.
 */
export type OpStackGenesis = Genesis | { readonly url: string; readonly sha256: string };

/** Data of an execution client at a URL, for members whose volume is empty. */
export interface OpStackSnapshot {
  /** Of an archive with the content of the data folder: `geth` of op-geth is at its top, and `db` of op-reth. */
  readonly url: string;
  /** SHA-256 of the archive, 64 hex digits. */
  readonly sha256: string;
  /** @default - what the path of the URL ends with: `.tar`, `.tar.gz` or `.tgz` */
  readonly format?: "tar" | "tar.gz";
}

/** An OP Stack node: op-node, an execution client and op-conductor, and the chain that they run. */
export interface OpStack {
  /** Which execution client `images.execution` is. */
  readonly execution: OpStackExecution;
  /**
   * By digest or by a fixed tag. Tried: op-node and op-conductor 1.16.5 with op-geth 1.101604.0. A single sequencer has
   * no op-conductor.
   */
  readonly images: { readonly node: string; readonly conductor?: string; readonly execution: string };
  /**
   * Name of the chain in the superchain registry, such as `op-sepolia`, in place of `rollup` and `genesis`. Such a
   * chain has blocks, so members under op-conductor do not found their raft: `rollup-network sequencer found` does,
   * once one has the chain's data. Errors: a name of another form; files beside it, or neither.
   * @default - the chain of `rollup` and `genesis`
   */
  readonly network?: string;
  /** Content of the chain's `rollup.json`. @default - that of `network` */
  readonly rollup?: string;
  /**
   * The chain's genesis. The members' raft is founded on its block 0, which synthesis computes of the content, and
   * compares with `rollup`; of another genesis it only knows what `rollup` says, and op-node compares the two. Large
   * content is packed: the members' ConfigMap holds 900 KiB of it.
   * @default - that of `network`
   */
  readonly genesis?: OpStackGenesis;
  /**
   * Data that a member brings to its execution client's volume before it starts, if that volume is empty. The volume
   * holds the archive and what is in it for a while. Errors: a URL with credentials or of another form, another hash
   * than SHA-256, an archive of another format.
   * @default - none: a member begins with the genesis, or you copy the data
   */
  readonly snapshot?: OpStackSnapshot;
  readonly l1: OpStackL1;
  /** An op-batcher beside the members. @default - none: you run one elsewhere */
  readonly batcher?: OpBatcher;
  /** An op-proposer beside the members. @default - none */
  readonly proposer?: OpProposer;
}

/** The L1 of an OP Stack chain. */
export interface OpStackL1 {
  /** JSON-RPC, `http(s)://host[:port]`, in the order of preference. */
  readonly endpoints: readonly string[];
  /** Beacon API in the same form. @default - none: batches in blobs cannot be read */
  readonly beacon?: readonly string[];
  /** Chain configuration with the blob schedule, for an L1 that op-node does not know. @default - op-node's own */
  readonly chainConfig?: string;
}
