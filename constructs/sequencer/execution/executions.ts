import { EVM_IMAGES, type EvmExecution, evm } from "./evm";
import type { ExecutionParts } from "./execution";
import { TESTAPP_IMAGES, type TestappExecution, testapp } from "./testapp";

/** How ev-node executes transactions. */
export type Execution = TestappExecution | EvmExecution;

/** Every way to execute: a new one is a file, its props in `Execution`, and a line here and below. */
const EXECUTIONS: {
  readonly [K in Execution["kind"]]: (execution: Extract<Execution, { kind: K }>) => ExecutionParts;
} = {
  testapp,
  evm,
};

/** Upstream's images of ev-node with each of them, by the release of ev-node in them. */
export const EV_NODE_IMAGES: { readonly [K in Execution["kind"]]: Readonly<Record<string, string>> } = {
  testapp: TESTAPP_IMAGES,
  evm: EVM_IMAGES,
};

/** What the parts around ev-node have to know of its execution. */
export function executionParts(execution: Execution): ExecutionParts {
  return (EXECUTIONS[execution.kind] as (execution: Execution) => ExecutionParts)(execution);
}
