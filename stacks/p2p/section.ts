import type { StackSection } from "../section";
import { p2pProblems } from "./problems";
import type { P2pEnvironment } from "./props";
import { P2pStack } from "./stack";

export const p2pSection: StackSection<P2pEnvironment> = {
  problems: p2pProblems,
  stack: (scope, environment, env) => new P2pStack(scope, environment, env),
};
