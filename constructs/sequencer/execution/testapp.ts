import { type ExecutionParts, upstreamImages } from "./execution";

/** The key-value store of upstream's test application, for trials. Writes are `POST /tx`. */
export interface TestappExecution {
  readonly kind: "testapp";
}

/** Images of ev-node with it. There is none of ev-node v1.2.0 and v1.2.1. */
export const TESTAPP_IMAGES = upstreamImages("testapp", {
  "v1.0.0": "v1.0.0",
  "v1.1.0": "v1.1.0",
  "v1.1.1": "v1.1.1",
  "v1.1.2": "v1.1.2",
  "v1.1.3": "v1.1.3",
  "v1.1.4": "v1.1.4",
  "v1.2.2": "v1.1.5",
  "v1.2.3": "v1.1.6",
});

/** ev-node executes by itself. */
export function testapp(): ExecutionParts {
  return {
    command: ["testapp", "start", "--kv-endpoint=0.0.0.0:9090"],
    writePort: 9090,
    images: [],
    problems: [],
  };
}
