import { type EvmExecution, evm } from "./evm";
import type { ExecutionParts } from "./execution";
import { type TestappExecution, testapp } from "./testapp";

/** How ev-node executes transactions. */
export type Execution = TestappExecution | EvmExecution;

/** Every way to execute: a new one is a file, its props in `Execution`, and a line here. */
const EXECUTIONS: {
  readonly [K in Execution["kind"]]: (execution: Extract<Execution, { kind: K }>) => ExecutionParts;
} = {
  testapp,
  evm,
};

/** What the parts around ev-node have to know of its execution. */
export function executionParts(execution: Execution): ExecutionParts {
  return (EXECUTIONS[execution.kind] as (execution: Execution) => ExecutionParts)(execution);
}
