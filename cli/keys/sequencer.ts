import type { Command } from "commander";
import { createNodeKey } from "../../constructs/sequencer/member/node-key";
import { label, members, refusing, workload } from "./options";
import { handOver } from "./secret-file";

interface SequencerOptions {
  readonly members: number;
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly out?: string;
}

/** `keys sequencer`: node keys made in advance, so that members know each other's peer ids at synth. */
export function registerSequencerKeys(keys: Command): void {
  keys
    .command("sequencer")
    .description("create the node keys of a sequencer, one per member: a Secret, and the values for it")
    .requiredOption(
      "--members <n>",
      "number of members: 1 for single, 2 for a pair with a Lease, 3, 5 or 7 for raft",
      members,
    )
    .option("--name <name>", "name of the sequencer; its pods are <name>-0, <name>-1, …", workload, "seq")
    .option("--namespace <namespace>", "namespace written into the Secret", label)
    .option("--secret <name>", "name of the Secret (default: <name>-node-keys)", label)
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <secret>.secret.yaml)')
    .action(refusing(makeSequencerKeys));
}

function makeSequencerKeys({ members, name, namespace, secret = `${name}-node-keys`, out }: SequencerOptions): void {
  const keys = Array.from({ length: members }, createNodeKey);
  const data = Object.fromEntries(keys.map(({ json }, ordinal) => [`${name}-${ordinal}`, json]));
  const sequencer = { name, nodeKeys: { secret, peerIds: keys.map(({ peerId }) => peerId) } };
  handOver({ name: secret, namespace, type: "Opaque", data }, { sequencer }, out ?? `${secret}.secret.yaml`);
}
