import { type IConstruct, TerraformStack } from "../kubernetes/framework/terraform";
import { terraformText } from "../kubernetes/framework/tokens";
import { proposerOf } from "./member/genesis";
import type { SequencerProps } from "./sequencer";

/**
 * Every name under which the key that signs is known: its Secret or KMS key, and its address where the props or the
 * genesis say it.
 */
export function signersOf({ signer, namespace, genesis }: SequencerProps): string[] {
  const key =
    signer.kind === "file"
      ? `Secret ${namespace}/${signer.secret}`
      : `key ${signer.kind === "aws" ? signer.keyId : signer.keyName}`;
  return namesOfKey(key, signer.address ?? proposerOf(genesis));
}

/** The names of a key: where it is, and its address where that is known. */
export function namesOfKey(key: string, address: string | undefined): string[] {
  return address ? [key, `address ${address.replace(/^0x/, "").toLowerCase()}`] : [key];
}

/** A sequencer as far as this rule asks it. */
interface Signing extends IConstruct {
  readonly name: string;
  readonly signers: readonly string[];
}

/** Two sequencers of one environment that would sign with one key; environments may be on different clusters. */
export function soleSignerProblems(sequencer: Signing): string[] {
  const environmentOf = (node: IConstruct) =>
    (TerraformStack.of(node) as { readonly environment?: string }).environment;
  const mine = environmentOf(sequencer);
  // Two tokens for one key differ; what they stand for does not.
  const signersIn = (node: Signing) => node.signers.map(signer => terraformText(node, signer));
  const own = signersIn(sequencer);
  return sequencer.node.root.node.findAll().flatMap(other => {
    const shared = "signers" in other && signersIn(other as Signing).find(signer => own.includes(signer));
    if (other === sequencer || !shared || environmentOf(other) !== mine) return [];
    return [
      `sequencer ${sequencer.name} signs with ${shared}, and so does ${other.node.path}: ` +
        "two writers with one key fork the chain → remove one of them, or give it a signer of its own",
    ];
  });
}
