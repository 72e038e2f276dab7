import type { Engine } from "../engine";
import { MESH } from "../mesh/ports";
import { OP_STACK, OP_STACK_PORTS, OP_STACK_ROLE } from "../software/op-stack/ports";
import { RAFT_FOLDER } from "../software/op-stack/raft-folder";
import { CONDUCTOR_MONITORING } from "./monitoring";

/** OP Stack members under op-conductor. */
export const CONDUCTOR: Engine = {
  name: "conductor",
  noun: "raft of op-conductors",
  members: [3, 5, 7],
  grows: true,
  survives: members => Math.floor((members - 1) / 2),
  software: OP_STACK,
  role: OP_STACK_ROLE,
  leaderCheck: { path: OP_STACK_ROLE.path, port: OP_STACK_ROLE.port, expect: "200" },
  mesh: { raft: true },
  metricsPorts: [MESH.metricsPort, OP_STACK_PORTS.conductorMetrics],
  lease: false,
  handoff: "transfer",
  conductor: { port: OP_STACK_PORTS.conductor, nodePort: OP_STACK_PORTS.node, raft: RAFT_FOLDER },
  rules: ({ look, services, deletePods, exec, scale, claims, lock, drill, events }) => ({
    status: [...look, ...services],
    handoff: [...look, events],
    pause: [...look, events],
    members: [...look, events],
    override: [...look, deletePods, events],
    found: [...look, exec, scale, claims, ...lock("found"), events],
    drill: [...look, ...drill()],
  }),
  monitoring: CONDUCTOR_MONITORING,
};
