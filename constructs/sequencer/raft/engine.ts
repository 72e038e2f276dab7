import type { EvNodeEngine } from "../engine";
import { EV_NODE, EV_NODE_PORTS, UNDRILLED_EV_NODE } from "../member/ev-node";
import { MESH } from "../mesh/ports";

/** ev-node's embedded raft. */
export const RAFT: EvNodeEngine = {
  name: "raft",
  noun: "raft",
  members: [3, 5, 7],
  survives: members => Math.floor((members - 1) / 2),
  software: EV_NODE,
  role: { port: EV_NODE_PORTS.rpc, path: "/raft/node", read: ({ text }) => roleIn(text) },
  leaderCheck: { path: "/raft/node", port: EV_NODE_PORTS.rpc, expect: "is_leader" },
  mesh: { raft: true },
  node: {
    aggregator: true,
    env: { RPC_PORT: String(EV_NODE_PORTS.rpc), RAFT_PORT: String(EV_NODE_PORTS.raft) },
  },
  metricsPorts: [MESH.metricsPort],
  lease: false,
  handoff: "delete",
  undrilled: UNDRILLED_EV_NODE,
  rules: ({ look, services, deletePods, drill, events }) => ({
    status: [...look, ...services],
    handoff: [...look, deletePods, events],
    drill: [...look, ...drill()],
  }),
  monitoring: {
    down: {
      alert: "NoQuorum",
      summary: (members, least) => `{{ $value }} of ${members} members answer, ${least} are needed for a block`,
      runbook: "no-quorum#look",
    },
  },
};

function roleIn(text: string) {
  try {
    const { is_leader: leads } = Object(JSON.parse(text));
    return typeof leads === "boolean" ? (leads ? "leader" : "follower") : undefined;
  } catch {
    return undefined;
  }
}
