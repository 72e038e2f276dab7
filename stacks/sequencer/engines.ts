import { ENGINES, type SequencerMode } from "../../constructs/sequencer/engines";
import { engineValues, type SequencerValues } from "../../values/schema/sequencer";
import type { EngineInValues, Ha } from "./engine";
import { lease } from "./lease";
import { raft } from "./raft";
import { single } from "./single";

/** Every engine as the values describe it: a new one is a file and a line here. */
const IN_VALUES: { readonly [K in SequencerMode]: EngineInValues<Ha<K>> } = { single, raft, lease };

/** The engine that the values choose, with what they say of it. */
export function engineOf(sequencer: SequencerValues) {
  const { name, own } = engineValues(sequencer);
  const inValues = IN_VALUES[name as SequencerMode] as EngineInValues<unknown>;
  const engine = ENGINES[name as SequencerMode];
  return { ...inValues, engine, members: own.members ?? (engine.members[0] as number), values: own as unknown };
}
