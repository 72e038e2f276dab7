import type { ExecutionParts } from "./execution";

/** The key-value store of upstream's test application, for trials. Writes are `POST /tx`. */
export interface TestappExecution {
  readonly kind: "testapp";
}

/** ev-node executes by itself. */
export function testapp(): ExecutionParts {
  return {
    command: ["testapp", "start", "--kv-endpoint=0.0.0.0:9090"],
    writePort: 9090,
    images: [],
    problems: [],
  };
}
