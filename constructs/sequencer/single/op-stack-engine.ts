import type { Engine } from "../engine";
import { MESH } from "../mesh/ports";
import { OP_STACK_MONITORING } from "../software/op-stack/monitoring";
import { OP_STACK, OP_STACK_ROLE } from "../software/op-stack/ports";
import { SINGLE } from "./engine";

const { name, noun, members, survives, lease } = SINGLE;

/** One op-node that makes blocks, without op-conductor. */
export const SINGLE_OP_STACK: Engine = {
  name,
  noun,
  members,
  survives,
  lease,
  software: OP_STACK,
  role: OP_STACK_ROLE,
  // It carries no raft: it chooses among the endpoints of L1, and judges the calls of op-node.
  mesh: { raft: false },
  metricsPorts: [MESH.metricsPort],
  rules: ({ look, services }) => ({ status: [...look, ...services] }),
  monitoring: { ...OP_STACK_MONITORING, down: SINGLE.monitoring.down },
};
