import type { Endpoint } from "../kubernetes/policy-rules";

/** What the policies of a sequencer cannot derive from the wiring. */
export interface SequencerAccess {
  /** Addresses of the Kubernetes API server, for a Lease pair. @default - ports 443 and 6443 anywhere */
  readonly apiServer?: readonly string[];
  /**
   * Addresses of the DA. @default - the ports of its endpoints anywhere; pods of its namespace where it is in the
   * cluster
   */
  readonly da?: readonly string[];
  /** Where full nodes of the chain live; they may dial members by p2p. @default - none */
  readonly peers?: readonly Endpoint[];
  /** Who may send transactions. @default - nobody */
  readonly writers?: readonly Endpoint[];
  /** Who may call ev-node's RPC of ready members. @default - nobody */
  readonly readers?: readonly Endpoint[];
  /** Further destinations. A signer in a KMS has port 443 anywhere and the clouds' metadata servers. @default - none */
  readonly egress?: readonly Endpoint[];
  /** Namespace whose pods may scrape metrics. @default - none */
  readonly monitoring?: string;
}
