import { type Command, InvalidArgumentError } from "commander";
import { createOpNodeKey } from "../../constructs/sequencer/software/op-stack/node-key";
import { registerMemberKeys } from "./members";
import { members } from "./options";

function opStackMembers(text: string): number {
  const count = members(text);
  if (count !== 2) return count;
  throw new InvalidArgumentError("2 survive no loss of a member: use 1, 3, 5 or 7.");
}

/** `keys op-stack`: p2p keys of op-nodes. */
export function registerOpStackKeys(keys: Command): void {
  registerMemberKeys(keys, {
    command: "op-stack",
    description: "create the p2p keys of an OP Stack sequencer",
    members: "number of members: 1 for single, 3, 5 or 7 under op-conductor",
    count: opStackMembers,
    create: () => {
      const { key, peerId } = createOpNodeKey();
      return { text: key, peerId };
    },
  });
}
