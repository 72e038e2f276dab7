import type { Shape } from "../../../kubernetes/known";
import type { MemberProps } from "../../sequencer";
import type { OpStack } from "./op-stack";

/** What a sequencer of an OP Stack chain takes, however many members it has. */
export interface OpStackSequencerProps extends MemberProps {
  readonly software: OpStack;
  /**
   * The key that signs gossiped blocks, the same for all members: a Secret with the key `sequencer.key`, 64 hex digits.
   * Its address is the chain's `unsafeBlockSigner` on L1; otherwise followers drop every block in silence.
   */
  readonly sequencerKey: { readonly secret: string; readonly address?: string };
}

/** A policy is drawn from the signer's address, and flags are compared with the variables. */
const SUBMITTER = {
  key: { secret: true, key: true, signer: { endpoint: true, address: true, tlsSecret: true } },
  dataAvailability: true,
  proposalInterval: true,
} as const;

/** What decides the shape. */
export const OP_STACK_SHAPE: Shape<OpStackSequencerProps> = {
  name: true,
  software: {
    execution: true,
    network: true,
    rollup: true,
    genesis: { text: true, url: true, sha256: true },
    snapshot: { url: true, sha256: true, format: true },
    l1: { endpoints: true, beacon: true },
    batcher: SUBMITTER,
    proposer: SUBMITTER,
  },
  sequencerKey: { address: "give the address, or leave it out" },
  blockTime: true,
  spread: true,
};
