import type { EvNodeEngine } from "../engine";
import { EV_NODE, EV_NODE_PORTS } from "../member/ev-node";

/** One aggregator without raft. */
export const SINGLE: EvNodeEngine = {
  name: "single",
  noun: "single sequencer",
  members: [1],
  survives: () => 0,
  software: EV_NODE,
  role: { port: EV_NODE_PORTS.metrics, path: "/metrics", read: () => "leader" },
  node: { aggregator: true },
  metricsPorts: [],
  lease: false,
  rules: ({ look }) => ({ status: look }),
  monitoring: {
    down: {
      alert: "Down",
      summary: () => "the sequencer does not answer: there are no blocks",
      runbook: "leader-down#single",
    },
  },
};
