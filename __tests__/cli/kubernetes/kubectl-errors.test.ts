import { explain } from "../../../cli/kubernetes/kubectl-errors";

// As kubectl 1.34 says it: what its client logs, and what it ends with.
const REFUSED = [
  'E1129 16:17:21.788549   18089 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group ' +
    'list: Get \\"https://127.0.0.1:1/api?timeout=32s\\": dial tcp 127.0.0.1:1: connect: connection refused"',
  "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
].join("\n");

test("fails for an API server that refuses, in words without the marks of a log", () => {
  const { message, failure } = explain(REFUSED, "context a of kubeconfig", {});
  expect(failure).toBe("unreachable");
  expect(message).toBe(
    "cannot reach the API server of context a of kubeconfig: dial tcp 127.0.0.1:1: connect: connection refused " +
      "→ check the network, the VPN and cluster",
  );
});

test("fails for a kubeconfig without a cluster: kubectl asks where nobody said", () => {
  const stderr = "The connection to the server localhost:8080 was refused - did you specify the right host or port?";
  expect(explain(stderr, "the current context of empty", {}).message).toBe(
    "cannot reach the API server of the current context of empty: localhost:8080 was refused " +
      "→ does the kubeconfig name a cluster? Correct cluster.kubeconfig",
  );
});
