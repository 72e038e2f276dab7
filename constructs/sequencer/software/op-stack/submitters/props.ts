import type { Duration } from "../../../../kubernetes/duration";

/**
 * The key that signs a submitter's transactions on L1: 64 hex digits in a Secret, or with a signer that the submitter
 * calls.
 */
export type SubmitterKey = { readonly secret: string; readonly key: string } | { readonly signer: RemoteSigner };

/** A signer that holds the key, such as op-signer or web3signer. */
export interface RemoteSigner {
  /** `http(s)://host[:port]`. */
  readonly endpoint: string;
  /** Address of the key. */
  readonly address: string;
  /** Secret with `tls.crt`, `tls.key` and `ca.crt`, for a signer that wants a client's certificate. @default - none */
  readonly tlsSecret?: string;
}

/** What op-batcher and op-proposer both take. */
export interface SubmitterSettings {
  /** By digest or by a fixed tag. Tried: 1.16.5. */
  readonly image: string;
  readonly key: SubmitterKey;
  /**
   * Further settings, as the software's own variables: `{ OP_BATCHER_TXMGR_MAX_RETRIES: "20" }`.
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>>;
}

/** An op-batcher: it writes the chain's blocks into L1. */
export interface OpBatcher extends SubmitterSettings {
  /** Where batches go on L1. @default "blobs" - they cost less */
  readonly dataAvailability?: "blobs" | "calldata" | "auto";
  /**
   * A batch is sent after this many blocks of L1, full or not.
   * @default 25 - five minutes on Ethereum; upstream waits until it is full, which takes hours where blocks are empty
   */
  readonly maxChannelDuration?: number;
}

/** An op-proposer: it proposes the chain's outputs to a dispute game factory on L1. */
export interface OpProposer extends SubmitterSettings {
  /** Address of the dispute game factory. */
  readonly gameFactory: string;
  /** @default 0 - upstream's */
  readonly gameType?: number;
  /** Time between proposals. @default "1h" */
  readonly proposalInterval?: Duration;
}
