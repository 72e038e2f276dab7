import type { EngineRole } from "../../engine";
import type { NodeSoftware } from "../software";
import { OP_STACK_BLOCKS } from "./blocks";

/** Ports of an OP Stack member, upstream's defaults where it has one. What is on loopback has no rule anywhere. */
export const OP_STACK_PORTS = {
  /** JSON-RPC of the execution client: `eth`, `net` and `web3`. */
  rpc: 8545,
  metrics: 7300,
  p2p: 9222,
  raft: 50050,
  /** Where the mesh says whether its member leads, and whether its node answers. */
  role: 9546,
  /** Where the mesh lets calls of op-node and op-conductor through that harm nothing. */
  nodeRpc: 9548,
  conductorMetrics: 7301,
  executionMetrics: 6060,
  /** On loopback. */
  node: 9545,
  /** op-node's RPC again, by way of the mesh, as the conductor of the same pod sees it. */
  watchedNode: 9547,
  conductor: 8547,
  engine: 8551,
  l1: 7980,
  beacon: 7981,
} as const;

/** An OP Stack node, as the parts around it know it. */
export const OP_STACK: NodeSoftware = {
  name: "op-stack",
  ports: OP_STACK_PORTS,
  height: { metric: "op_node_default_refs_number", labels: 'layer="l2",type="l2_unsafe"' },
  blocks: OP_STACK_BLOCKS,
  submits: false,
  // op-node's usual port
  nodeRpc: { port: OP_STACK_PORTS.nodeRpc, servicePort: OP_STACK_PORTS.node },
};

/** Where a member says whether it makes blocks. */
export const OP_STACK_ROLE: EngineRole = {
  port: OP_STACK_PORTS.role,
  path: "/leader",
  read: ({ status }) => (status === 200 ? "leader" : status === 503 ? "follower" : undefined),
};
