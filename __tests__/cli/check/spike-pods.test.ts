import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lastError, messagesOf, troublesOf } from "../../../cli/check/spike-pods";

// The last 2 KiB, as Kubernetes keeps them, of a bootstrap over SPIKE's SDK v0.19.9 whose third keeper was gone.
const LOG = readFileSync(join(__dirname, "spike-bootstrap.log"), "utf8");
const MESSAGE =
  "failed to reach keeper 3 at https://localhost:18443 after 5 attempts; " +
  "ensure all keepers are running and rerun bootstrap";

test("a bootstrap that failed says its last error, and nothing of the lines before", () => {
  expect(lastError(LOG)).toBe(MESSAGE);
  const terminated = { exitCode: 1, message: LOG };
  expect(messagesOf({ status: { containerStatuses: [{ name: "bootstrap", state: { terminated } }] } })).toEqual([
    { container: "bootstrap", message: MESSAGE },
  ]);
});

test.each([
  ["text that is no JSON", " Failed to reach keeper 1.\n", "Failed to reach keeper 1."],
  ["a number", "7", "7"],
  ["JSON without an error", '{"level":"INFO","message":"a"}\n{"level":"INFO","message":"b"}', "b"],
  ["two errors", '{"level":"ERROR","message":"a"}\n{"level":"ERROR","message":"b"}', "b"],
  ["an error with a warning after it", '{"level":"ERROR","message":"a"}\n{"level":"WARN","message":"b"}', "a"],
])("%s", (_, text, message) => {
  expect(lastError(text)).toBe(message);
});

test("a container that is ready again has no trouble, and one that crashes has", () => {
  const lastState = { terminated: { exitCode: 1, message: "no SVID" } };
  const pod = (ready: boolean, state: object) => ({
    metadata: { name: "spike-keeper-0" },
    status: { containerStatuses: [{ name: "spike-keeper", ready, state, lastState }] },
  });
  expect(troublesOf([pod(true, { running: {} })])).toEqual([]);
  expect(troublesOf([pod(false, { waiting: { reason: "CrashLoopBackOff" } })])).toEqual(["spike-keeper-0: no SVID"]);
});
