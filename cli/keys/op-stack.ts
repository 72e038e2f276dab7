import type { Command } from "commander";
import { createOpNodeKey } from "../../constructs/sequencer/software/op-stack/node-key";
import { registerMemberKeys } from "./members";
import { members, raftMembers } from "./options";

/** `keys op-stack`: p2p keys of op-nodes. */
export function registerOpStackKeys(keys: Command): void {
  registerMemberKeys(keys, {
    command: "op-stack",
    description: "create the p2p keys of an OP Stack sequencer",
    members: "number of members: 1 for single, 3, 5 or 7 under op-conductor",
    count: text => (members(text) === 1 ? 1 : raftMembers(text)),
    create: () => {
      const { key, peerId } = createOpNodeKey();
      return { text: key, peerId };
    },
  });
}
