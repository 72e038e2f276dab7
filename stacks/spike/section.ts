import type { StackSection } from "../section";
import { spikeProblems } from "./problems";
import type { SpikeEnvironment } from "./props";
import { SpikeStack } from "./stack";

export const spikeSection: StackSection<SpikeEnvironment> = {
  problems: (env, _, filePath) => spikeProblems(env, filePath),
  stack: (scope, environment, env, _, filePath) => new SpikeStack(scope, environment, env, filePath),
};
