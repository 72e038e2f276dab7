import type { SequencerMode } from "../../constructs/sequencer/engines";
import { engineValues } from "../../values/schema/sequencer";
import type { Placed } from "../placed";
import type { EngineInValues } from "./engine";
import type { SequencerEnvironment } from "./props";

/** Every engine as the values describe it: a new one is a file and a line here. It is loaded where values choose it. */
const IN_VALUES = {
  single: () => (require("./single") as typeof import("./single")).single,
  raft: () => (require("./raft") as typeof import("./raft")).raft,
  lease: () => (require("./lease") as typeof import("./lease")).lease,
  conductor: () => (require("./conductor") as typeof import("./conductor")).conductor,
} satisfies Record<SequencerMode, unknown>;

/** The engine that the values choose, and what they say of it. */
export function engineOf(env: Placed<SequencerEnvironment>) {
  const { name } = engineValues(env.value.sequencer);
  const engine = IN_VALUES[name as SequencerMode]() as unknown as EngineInValues<unknown, unknown>;
  return {
    engine,
    own: env
      .at("sequencer")
      .at("ha")
      .at(name as never) as Placed<unknown>,
  };
}
