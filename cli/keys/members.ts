import type { Command } from "commander";
import { label, refusing, workload } from "./options";
import { handOver } from "./secret-file";

/** Keys of one kind of members, made in advance, so that members know each other's peer ids at synth. */
interface MemberKeys {
  readonly command: string;
  readonly description: string;
  /** Help of `--members`, and what it may be. */
  readonly members: string;
  readonly count: (text: string) => number;
  /** A key as its file has it, and its node's id in libp2p. */
  readonly create: () => { readonly text: string; readonly peerId: string };
}

interface Options {
  readonly members: number;
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly out?: string;
}

/** A command that makes a Secret with the key of each member, and the values for it. */
export function registerMemberKeys(
  keys: Command,
  { command, description, members: help, count, create }: MemberKeys,
): void {
  keys
    .command(command)
    .description(`${description}, one per member: a Secret, and the values for it`)
    .requiredOption("--members <n>", help, count)
    .option("--name <name>", "name of the sequencer; its pods are <name>-0, <name>-1, …", workload, "seq")
    .option("--namespace <namespace>", "namespace written into the Secret", label)
    .option("--secret <name>", "name of the Secret (default: <name>-node-keys)", label)
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <secret>.secret.yaml)')
    .action(refusing((options: Options) => make(options, create)));
}

function make(
  { members, name, namespace, secret = `${name}-node-keys`, out }: Options,
  create: MemberKeys["create"],
): void {
  const keys = Array.from({ length: members }, create);
  const data = Object.fromEntries(keys.map(({ text }, ordinal) => [`${name}-${ordinal}`, text]));
  const sequencer = { name, nodeKeys: { secret, peerIds: keys.map(({ peerId }) => peerId) } };
  handOver({ name: secret, namespace, type: "Opaque", data }, { sequencer }, out ?? `${secret}.secret.yaml`);
}
