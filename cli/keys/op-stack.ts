import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { label, members, refusing, workload } from "./options";
import { handOver } from "./secret-file";

interface OpStackOptions {
  readonly members: number;
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly out?: string;
}

/** `keys op-stack`: p2p keys of op-nodes made in advance, so that members know each other's peer ids at synth. */
export function registerOpStackKeys(keys: Command): void {
  keys
    .command("op-stack")
    .description("create the p2p keys of an OP Stack sequencer, one per member: a Secret, and the values for it")
    .requiredOption("--members <n>", "number of members: 3, 5 or 7", members)
    .option("--name <name>", "name of the sequencer; its pods are <name>-0, <name>-1, …", workload, "seq")
    .option("--namespace <namespace>", "namespace written into the Secret", label)
    .option("--secret <name>", "name of the Secret (default: <name>-node-keys)", label)
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <secret>.secret.yaml)')
    .action(refusing(makeOpStackKeys));
}

function makeOpStackKeys({ members, name, namespace, secret = `${name}-node-keys`, out }: OpStackOptions): void {
  const keys = Array.from({ length: members }, createOpNodeKey);
  const data = Object.fromEntries(keys.map(({ key }, ordinal) => [`${name}-${ordinal}`, key]));
  const sequencer = { name, nodeKeys: { secret, peerIds: keys.map(({ peerId }) => peerId) } };
  handOver({ name: secret, namespace, type: "Opaque", data }, { sequencer }, out ?? `${secret}.secret.yaml`);
}

/** A secp256k1 key for libp2p, as op-node reads it: 64 hex digits. */
export function createOpNodeKey(): { readonly key: string; readonly peerId: string } {
  const { privateKeyFromRaw }: typeof import("../../bundles/enr-lib.cjs") = require("../../bundles/enr-lib.cjs");
  const raw = randomBytes(32);
  const key = privateKeyFromRaw(Uint8Array.from(raw)) as { readonly publicKey?: object };
  return { key: raw.toString("hex"), peerId: String(key.publicKey) };
}
