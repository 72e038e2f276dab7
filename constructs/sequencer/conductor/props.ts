import type { Shape } from "../../kubernetes/known";
import type { MeshSecurity } from "../mesh/member-mesh";
import type { MemberProps } from "../sequencer";
import type { OpStack } from "../software/op-stack/op-stack";
import type { ConductorTimingProps } from "./timing";

/** Sizes of a quorum that survives one, two or three lost members. */
export type ConductorMembers = 3 | 5 | 7;

export interface ConductorSequencerProps extends MemberProps, ConductorTimingProps {
  readonly software: OpStack;
  /** @default 3 */
  readonly members?: ConductorMembers;
  /**
   * The key that signs gossiped blocks, the same for all members: a Secret with the key `sequencer.key`, 64 hex digits.
   * Its address is the chain's `unsafeBlockSigner` on L1; otherwise followers drop every block in silence.
   */
  readonly sequencerKey: { readonly secret: string; readonly address?: string };
  /** How members know each other on the network. */
  readonly mesh: MeshSecurity;
}

/** A policy is drawn from the signer's address, and flags are compared with the variables. */
const SUBMITTER = {
  key: { secret: true, key: true, signer: { endpoint: true, address: true, tlsSecret: true } },
  dataAvailability: true,
  proposalInterval: true,
} as const;

/** What decides the shape: the files that found the raft hold the members' names in DNS. */
export const CONDUCTOR_SHAPE: Shape<ConductorSequencerProps> = {
  name: true,
  namespace: true,
  clusterDomain: true,
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
  mesh: { kind: true },
  rttMax: true,
};
