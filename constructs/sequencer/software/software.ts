/** What the other parts of a sequencer need to know about its node software. */
export interface NodeSoftware {
  /** In the labels of its pods. */
  readonly name: string;
  readonly ports: NodePorts;
  /** The metric of a member's newest block, with the labels that choose it from others of the name. */
  readonly height: { readonly metric: string; readonly labels?: string };
  readonly blocks: BlockReader;
  /** Whether it submits blocks to the DA by itself, with metrics of it. */
  readonly submits: boolean;
  /**
   * Calls of the node itself that are safe for anybody: the port of members that has them and nothing else, and that of
   * the proxy's Service, which leads to the leader. @default - none
   */
  readonly nodeRpc?: { readonly port: number; readonly servicePort: number };
}

/** How a member is asked for its blocks at `ports.rpc`: drills compare those of all members. */
export interface BlockReader {
  /** A request for the block at a height, without one for the newest. */
  readonly ask: (height?: number) => { readonly path: string; readonly body: object };
  /** The block in the JSON of an answer; blocks of one hash are the same. Undefined where the answer has none. */
  readonly read: (answer: unknown) => { readonly height: number; readonly hash: string } | undefined;
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
