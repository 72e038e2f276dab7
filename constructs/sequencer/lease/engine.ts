import type { EvNodeEngine } from "../engine";
import { EV_NODE, UNDRILLED_EV_NODE } from "../member/ev-node";
import { MESH } from "../mesh/ports";
import { LEASE_MONITORING } from "./monitoring";
import { LEASE_AGENT_PORT } from "./protocol";

/**
 * A member of a pair that is ready may sign next, so it has to be level: a block on its way is one, another the pause
 * between two looks.
 */
const LEVEL_BLOCKS = 2;

/** A pair behind a Kubernetes Lease. */
export const LEASE: EvNodeEngine = {
  name: "lease",
  noun: "pair behind a Lease",
  members: [2],
  survives: members => members - 1,
  software: EV_NODE,
  role: {
    port: LEASE_AGENT_PORT,
    path: "/leader",
    read: ({ status }) => (status === 200 ? "leader" : "standby"),
  },
  leaderCheck: { path: "/leader", port: LEASE_AGENT_PORT, expect: "200" },
  mesh: { raft: false },
  // Also a flag at every start: a "full node" that read `true` here would be a second writer.
  node: { aggregator: false, blocksBehind: LEVEL_BLOCKS },
  metricsPorts: [MESH.metricsPort, LEASE_AGENT_PORT],
  lease: true,
  handoff: "lease",
  undrilled: {
    ...UNDRILLED_EV_NODE,
    partition:
      "members of a pair need no link between them, and a holder without one goes on → use --kind kill or handoff",
  },
  rules: ({ look, services, sequencer, lease, drill, events }) => ({
    status: [...look, ...services, lease("get")],
    handoff: [...look, lease("get", "patch"), events],
    pause: [sequencer, lease("get", "patch"), events],
    drill: [...look, ...drill([lease("get", "patch")])],
  }),
  monitoring: LEASE_MONITORING,
};
