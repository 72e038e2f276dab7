import type { ApiServerAccess } from "../kubernetes/network/api-server";
import type { Destination, Endpoint } from "../kubernetes/network/endpoint";
import type { TargetPorts } from "../kubernetes/network/rules";

/** What the policies of a sequencer cannot derive from the wiring. */
export interface SequencerAccess extends ApiServerAccess {
  /**
   * Addresses of the DA, which are reached at the ports of its endpoints. @default - the endpoints' own addresses, the
   * internet for names, and pods of their namespace where they are in the cluster
   */
  readonly da?: readonly string[];
  /**
   * Addresses of the KMS that signs, and of what gives credentials for it (AWS STS), which are reached at port 443: for
   * private endpoints. Also those of a submitter's remote signer, at its own port. @default - the internet
   */
  readonly kms?: readonly string[];
  /**
   * Where full nodes of the chain live; they may dial members by p2p. Members call them at `ports`, or at every port.
   * @default - none
   */
  readonly peers?: readonly Destination[];
  /** Who may send transactions. @default - nobody */
  readonly writers?: readonly Endpoint[];
  /** Who may call ev-node's RPC of ready members. @default - nobody */
  readonly readers?: readonly Endpoint[];
  /** Who may call what is let through of op-node: an op-batcher or op-proposer of others. @default - nobody */
  readonly submitters?: readonly Endpoint[];
  /** Further destinations. A signer in a KMS has the clouds' metadata servers without. @default - none */
  readonly egress?: readonly Destination[];
  /**
   * Ports of pods whose Service has another one, by `<host>:<port>` of the URLs: `{ "da.celestia.svc:80": 26658 }`.
   * Policies see the pod's. @default - the URLs' ports
   */
  readonly targetPorts?: TargetPorts;
  /** Namespace whose pods may scrape metrics. @default - none */
  readonly monitoring?: string;
}
