/** What the other parts of a sequencer need to know about its node software. */
export interface NodeSoftware {
  /** In the labels of its pods. */
  readonly name: string;
  readonly ports: NodePorts;
  /** The metric of a member's newest block, with the labels that choose it from others of the name. */
  readonly height: { readonly metric: string; readonly labels?: string };
  /** Whether it submits blocks to the DA by itself, with metrics of it. */
  readonly submits: boolean;
  /**
   * Calls of the node itself that are safe for anybody: the port of members that has them and nothing else, and that of
   * the proxy's Service, which leads to the leader. @default - none
   */
  readonly nodeRpc?: { readonly port: number; readonly servicePort: number };
}

/** Ports of a node, in every member the same. */
export interface NodePorts {
  /** What readers ask. */
  readonly rpc: number;
  readonly metrics: number;
  /** Of the node on its loopback alias, and of members on the pod's address. */
  readonly p2p: number;
  /** On the node's loopback alias. */
  readonly raft: number;
}
