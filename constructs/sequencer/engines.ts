import { CONDUCTOR } from "./conductor/engine";
import type { Engine } from "./engine";
import { LEASE } from "./lease/engine";
import { RAFT } from "./raft/engine";
import { SINGLE } from "./single/engine";

/** Every way to sequence: a new one is a folder and a line here. */
export const ENGINES = { single: SINGLE, raft: RAFT, lease: LEASE, conductor: CONDUCTOR } as const satisfies Record<
  string,
  Engine
>;

/** The names of the engines. */
export type SequencerMode = keyof typeof ENGINES;

/** The engine of this name, as in manifests and values; undefined if there is none. */
export function engineNamed(name: string): Engine | undefined {
  return Object.values<Engine>(ENGINES).find(engine => engine.name === name);
}
