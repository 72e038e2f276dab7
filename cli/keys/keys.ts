import type { Command } from "commander";
import { registerBootstrapKeys } from "./bootstrap";
import { registerMeshKeys } from "./mesh";
import { registerSequencerKeys } from "./sequencer";

/** `keys`: makes in advance what has to be known at synth, or must never pass through Terraform. */
export function registerKeys(program: Command): void {
  const keys = program.command("keys").description("create keys and certificates of nodes in advance");
  for (const register of [registerBootstrapKeys, registerSequencerKeys, registerMeshKeys]) register(keys);
}
