import type { StackSection } from "../section";
import { spikeProblems } from "./problems";
import type { SpikeEnvironment } from "./props";
import { SpikeStack } from "./stack";

export const spikeSection: StackSection<SpikeEnvironment> = {
  problems: spikeProblems,
  stack: (scope, environment, env) => new SpikeStack(scope, environment, env),
};
