import { ConductorSequencer } from "../../constructs/sequencer/conductor/conductor-sequencer";
import type { ConductorMembers, ConductorSequencerProps } from "../../constructs/sequencer/conductor/props";
import { conductorSequencerProblems } from "../../constructs/sequencer/conductor/rules";
import type { Named } from "../../constructs/sequencer/rules";
import { propsOf } from "../placed";
import type { EngineInValues, Ha } from "./engine";
import { meshOf, meshProblems, usesHelm } from "./mesh";
import { opStackProps } from "./op-stack";

/** `ha.conductor` of the values. */
export const conductor: EngineInValues<Ha<"conductor">, Named<ConductorSequencerProps>> = {
  props: (shared, own) =>
    propsOf<Named<ConductorSequencerProps>>(own.path, {
      ...opStackProps(shared),
      members: own.at("members").as(members => members as ConductorMembers),
      rttMax: own.at("rttMax"),
      mesh: own.at("mesh").as(meshOf),
      founding: own.at("founding"),
    }),
  problemsOf: conductorSequencerProblems,
  fileProblems: meshProblems,
  create: (scope, id, props) => new ConductorSequencer(scope, id, props),
  usesHelm,
};
