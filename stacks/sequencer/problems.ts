import { isSystemName } from "../../constructs/kubernetes/grammar/reserved";
import type { Problem } from "../../constructs/kubernetes/problem";
import { Placed, problemsAt } from "../placed";
import type { FileText } from "../section";
import { engineOf } from "./engines";
import { ownPriority, type SequencerEnvironment, sharedProps } from "./props";

/** Everything that is wrong with a sequencer section beyond its form, at paths in the values. */
export function sequencerEnvironmentProblems(environment: SequencerEnvironment, fileText: FileText): Problem[] {
  const env = new Placed(environment);
  const { engine, own } = engineOf(env);
  return [
    ...priorityProblems(environment),
    ...problemsAt(engine.props(sharedProps(env, fileText), own), engine.problemsOf, WORDS),
    ...(engine.fileProblems?.(env, own, fileText) ?? []),
  ];
}

/** The PriorityClass that the section makes has the name of its namespace. */
function priorityProblems(environment: SequencerEnvironment): Problem[] {
  const { namespace } = environment.sequencer;
  if (ownPriority(environment) === undefined || !isSystemName(namespace)) return [];
  const message = `"${namespace}" would name a PriorityClass too, and Kubernetes keeps system- for its own`;
  return [
    { path: ["sequencer", "namespace"], message, remedy: "use another one, or name a kubernetes.priorityClassName" },
  ];
}

/** What a values file calls the things that remedies name. */
const WORDS = { SingleSequencer: "single: {}", LeaseSequencer: "lease: {}", RaftSequencer: "raft" };
