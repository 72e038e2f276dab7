import type { SequencerMode } from "../../constructs/sequencer/engines";
import { engineValues } from "../../values/schema/sequencer";
import type { Placed } from "../placed";
import { conductor } from "./conductor";
import type { EngineInValues } from "./engine";
import { lease } from "./lease";
import type { SequencerEnvironment } from "./props";
import { raft } from "./raft";
import { single } from "./single";

/** Every engine as the values describe it: a new one is a file and a line here. */
const IN_VALUES = { single, raft, lease, conductor } satisfies Record<SequencerMode, unknown>;

/** The engine that the values choose, and what they say of it. */
export function engineOf(env: Placed<SequencerEnvironment>) {
  const { name } = engineValues(env.value.sequencer);
  const engine = IN_VALUES[name as SequencerMode] as unknown as EngineInValues<unknown, unknown>;
  return {
    engine,
    own: env
      .at("sequencer")
      .at("ha")
      .at(name as never) as Placed<unknown>,
  };
}
