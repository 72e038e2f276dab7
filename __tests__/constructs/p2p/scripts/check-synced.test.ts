import { fails, prints, rpc, run, SHELLS } from "../../run-script";

const URL = "http://127.0.0.1:8080/";

describe.each(SHELLS)("under %s", shell => {
  test.concurrent.each([
    ["synchronized", rpc({ latestBlockNumber: 7, treesAreSynched: true }), true],
    ["synchronized, with spaces", prints('{ "result": { "treesAreSynched": true } }'), true],
    ["not synchronized", rpc({ latestBlockNumber: 7, treesAreSynched: false }), false],
    ["another field is true", rpc({ treesAreSynched: false, other: true }), false],
    ["a JSON-RPC error", prints('{"error":{"message":"treesAreSynched"}}'), false],
    ["no answer", prints(""), false],
    ["a refused connection", fails(7, "curl: (7) Failed to connect"), false],
    ["an HTTP error", fails(22, "curl: (22) The requested URL returned error: 503"), false],
    ["a timeout", fails(28, "curl: (28) Operation timed out"), false],
  ])("%s", async (_, answer, ready) => {
    const { code, stdout } = await run("check-synced.sh", {
      env: { AZTEC_PORT: "8080" },
      args: ["node_getWorldStateSyncStatus"],
      stubs: { curl: { [URL]: answer } },
      shell,
    });
    expect({ ready: code === 0, stdout }).toEqual({ ready, stdout: "" });
  });
});

test.concurrent("asks the node itself, for a bounded time, and takes HTTP errors for failures", async () => {
  const { calls } = await run("check-synced.sh", {
    args: ["aztec_getWorldStateSyncStatus"],
    env: { AZTEC_PORT: "8080", READY_TIMEOUT_SECONDS: "3" },
    stubs: { curl: { [URL]: rpc({ treesAreSynched: true }) } },
  });
  expect(calls("curl")).toEqual([
    "-fsS --max-time 3 -w \\n%{http_code} -H content-type: application/json -d " +
      '{"jsonrpc":"2.0","id":1,"method":"aztec_getWorldStateSyncStatus","params":[]} ' +
      URL,
  ]);
});

test.concurrent.each([
  [
    "standby",
    `${prints("404")}; ${fails(22, "curl: (22) error: 404")}`,
    "standby: the node waits until a rollup of its",
  ],
  ["syncing", rpc({ treesAreSynched: false }), "syncing: the world state is not synchronized"],
])("a node in %s is called that", async (_, answer, message) => {
  const { code, stderr } = await run("check-synced.sh", {
    args: ["aztec_getWorldStateSyncStatus"],
    env: { AZTEC_PORT: "8080" },
    stubs: { curl: { [URL]: answer } },
  });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
