import { isSystemName } from "../../constructs/kubernetes/grammar/reserved";
import type { Problem } from "../../constructs/kubernetes/problem";
import { fetchedUrls } from "../../constructs/sequencer/software/op-stack/fetched";
import { Placed, problemsAt } from "../placed";
import type { FileText } from "../section";
import { targetPortProblems } from "../target-ports";
import { engineOf } from "./engines";
import { ownPriority, type SequencerEnvironment, sharedProps } from "./props";

/** Everything that is wrong with a sequencer section beyond its form, at paths in the values. */
export function sequencerEnvironmentProblems(environment: SequencerEnvironment, fileText: FileText): Problem[] {
  const env = new Placed(environment);
  const { networkPolicies } = environment.sequencer;
  const mismatch = softwareProblems(environment);
  if (mismatch.length > 0) return mismatch;
  const { engine, own } = engineOf(env);
  return [
    ...priorityProblems(environment),
    ...targetPortProblems(["sequencer"], networkPolicies.targetPorts, calledBy(environment)),
    ...problemsAt(engine.props(sharedProps(env, fileText), own), engine.problemsOf, WORDS),
    ...(engine.fileProblems?.(env, own, fileText) ?? []),
  ];
}

/** Where its members call. */
function calledBy({ sequencer: { da, software, genesis } }: SequencerEnvironment): readonly string[] {
  if (!("opStack" in software)) {
    const { tracing } = software.evNode;
    return [...(da?.endpoints ?? []), ...(tracing ? [tracing.endpoint] : [])];
  }
  const { l1, snapshot } = software.opStack;
  return [...l1.endpoints, ...l1.beacon, ...fetchedUrls(genesis, snapshot)];
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

/** Software that does not go with the way to fail over, and values that only the other software has. */
function softwareProblems({ sequencer }: SequencerEnvironment): Problem[] {
  const { software, ha, da, genesis, signer, networkPolicies } = sequencer;
  const problem = (path: string[], message: string, remedy: string) => ({
    path: ["sequencer", ...path],
    message,
    remedy,
  });
  if (!("opStack" in software)) {
    return [
      ...("conductor" in ha
        ? [problem(["ha", "conductor"], "op-conductor cannot run ev-node", "use software.opStack, or ha.raft")]
        : []),
      ...(da ? [] : [problem(["da"], "missing: ev-node does not start without a DA", "name its endpoints")]),
      ...(genesis ? [] : [problem(["genesis"], "missing: ev-node does not start without", "name its file")]),
      ...(genesis && "url" in genesis
        ? [problem(["genesis", "url"], "only an OP Stack chain's genesis is fetched", "use genesis.file")]
        : []),
      ...(networkPolicies.submitters.length > 0
        ? [problem(["networkPolicies", "submitters"], "ev-node submits its blocks by itself", "leave it out")]
        : []),
    ];
  }
  return [
    ...("conductor" in ha || "single" in ha
      ? []
      : [problem(["ha"], "an OP Stack chain fails over by op-conductor alone", "use ha.conductor, or ha.single")]),
    ...("single" in ha && software.opStack.images.conductor !== undefined
      ? [
          problem(
            ["software", "opStack", "images", "conductor"],
            "a single sequencer has no op-conductor",
            "leave it out, or use ha.conductor",
          ),
        ]
      : []),
    ...(da ? [problem(["da"], "an OP Stack chain has no DA here", "name its L1 at software.opStack.l1")] : []),
    ...("secret" in signer
      ? []
      : [problem(["signer"], "op-node takes its sequencer key from a Secret alone", "use signer.secret")]),
  ];
}

/** What a values file calls the things that remedies name. */
const WORDS = { SingleSequencer: "single: {}", LeaseSequencer: "lease: {}", RaftSequencer: "raft" };
