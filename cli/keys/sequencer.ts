import type { Command } from "commander";
import { createNodeKey } from "../../constructs/sequencer/member/node-key";
import { registerMemberKeys } from "./members";
import { members } from "./options";

/** `keys sequencer`: node keys of ev-nodes. */
export function registerSequencerKeys(keys: Command): void {
  registerMemberKeys(keys, {
    command: "sequencer",
    description: "create the node keys of a sequencer",
    members: "number of members: 1 for single, 2 for a pair with a Lease, 3, 5 or 7 for raft",
    count: members,
    create: () => {
      const { json, peerId } = createNodeKey();
      return { text: json, peerId };
    },
  });
}
