import type { RaftMembers, RaftSequencerProps } from "../../constructs/sequencer/raft/props";
import { RaftSequencer } from "../../constructs/sequencer/raft/raft-sequencer";
import { raftSequencerProblems } from "../../constructs/sequencer/raft/rules";
import type { Named } from "../../constructs/sequencer/rules";
import { propsOf } from "../placed";
import type { EngineInValues, Ha } from "./engine";
import { meshOf, meshProblems, usesHelm } from "./mesh";

/** `ha.raft` of the values. */
export const raft: EngineInValues<Ha<"raft">, Named<RaftSequencerProps>> = {
  props: (shared, own) =>
    propsOf<Named<RaftSequencerProps>>(own.path, {
      ...shared.evNode(),
      members: own.at("members").as(members => members as RaftMembers),
      rttMax: own.at("rttMax"),
      maintenanceWindow: own.at("maintenanceWindow"),
      settings: own.at("settings"),
      mesh: own.at("mesh").as(meshOf),
    }),
  problemsOf: raftSequencerProblems,
  fileProblems: meshProblems,
  create: (scope, id, props) => new RaftSequencer(scope, id, props),
  usesHelm,
};
