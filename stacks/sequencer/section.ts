import type { StackSection } from "../section";
import { sequencerEnvironmentProblems } from "./problems";
import type { SequencerEnvironment } from "./props";
import { SequencerStack } from "./stack";

export const sequencerSection: StackSection<SequencerEnvironment> = {
  problems: sequencerEnvironmentProblems,
  stack: (scope, environment, env, fileText) => new SequencerStack(scope, environment, env, fileText),
};
