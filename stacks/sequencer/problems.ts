import type { Problem } from "../../constructs/kubernetes/problem";
import { Placed, problemsAt } from "../placed";
import type { FileText } from "../section";
import { engineOf } from "./engines";
import { type SequencerEnvironment, sharedProps } from "./props";

/** Everything that is wrong with a sequencer section beyond its form, at paths in the values. */
export function sequencerEnvironmentProblems(environment: SequencerEnvironment, fileText: FileText): Problem[] {
  const env = new Placed(environment);
  const { engine, own } = engineOf(env);
  return [
    ...problemsAt(engine.props(sharedProps(env, fileText), own), engine.problemsOf, WORDS),
    ...(engine.fileProblems?.(env, own, fileText) ?? []),
  ];
}

/** What a values file calls the things that remedies name. */
const WORDS = { SingleSequencer: "single: {}", LeaseSequencer: "lease: {}", RaftSequencer: "raft" };
