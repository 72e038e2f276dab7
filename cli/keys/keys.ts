import type { Command } from "commander";
import { registerBootstrapKeys } from "./bootstrap";
import { registerMeshKeys } from "./mesh";
import { registerOpStackKeys } from "./op-stack";
import { registerSequencerKeys } from "./sequencer";

/** `keys`: makes in advance what has to be known at synth, or must never pass through Terraform. */
export function registerKeys(program: Command): void {
  const keys = program.command("keys").description("create keys and certificates of nodes in advance");
  const all = [registerBootstrapKeys, registerSequencerKeys, registerOpStackKeys, registerMeshKeys];
  for (const register of all) register(keys);
}
