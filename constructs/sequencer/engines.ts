import { CONDUCTOR } from "./conductor/engine";
import type { Engine } from "./engine";
import { LEASE } from "./lease/engine";
import { RAFT } from "./raft/engine";
import { SINGLE } from "./single/engine";
import { SINGLE_OP_STACK } from "./single/op-stack-engine";

/** Every way to sequence: a new one is a folder and a line here. */
export const ENGINES = { single: SINGLE, raft: RAFT, lease: LEASE, conductor: CONDUCTOR } as const satisfies Record<
  string,
  Engine
>;

/** Ways that another software has too, under the same name. */
const OTHER_SOFTWARE: readonly Engine[] = [SINGLE_OP_STACK];

/** The names of the engines. */
export type SequencerMode = keyof typeof ENGINES;

/** The engine of this name for the software of this name, both as in manifests; undefined if there is none. */
export function engineNamed(name: string, software: string): Engine | undefined {
  const engines = [...Object.values<Engine>(ENGINES), ...OTHER_SOFTWARE];
  return engines.find(engine => engine.name === name && engine.software.name === software);
}
