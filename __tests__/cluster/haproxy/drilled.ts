import type { SequencerExample } from "../sequencer/examples";

/** HAProxy 3.4, beside the image of the default line that other tests deploy at the same time. */
export const HAPROXY_3_4 = "localhost/haproxy:3.4";

// Plain literals: a test's digest leaves out those that the test does not name.
export const OP_STACK_3_4 = { namespace: "seq-op-3-4" } as const;
export const RAFT_3_4: SequencerExample = {
  example: "raft-3",
  namespace: "seq-raft-3-4",
  members: 3,
  set: ["sequencer.haproxyImage=localhost/haproxy:3.4"],
};
