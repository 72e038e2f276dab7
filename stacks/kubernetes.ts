import type { Problem } from "../constructs/kubernetes/problem";
import { digestProblems } from "../constructs/kubernetes/vocabulary/digests";
import { kubernetesProblems } from "../constructs/kubernetes/vocabulary/problems";
import type { EnvironmentValues } from "../values/schema/environment";
import { levelsOf } from "../values/schema/levels";

/** What is wrong with any block `kubernetes` of an environment. */
export function platformProblems(env: EnvironmentValues): Problem[] {
  return levelsOf(env).flatMap(({ path, kubernetes = {} }) =>
    [...kubernetesProblems(kubernetes), ...(env.requireDigests ? digestProblems(kubernetes) : [])].map(problem => ({
      ...problem,
      path: [...path, "kubernetes", ...problem.path],
    })),
  );
}
