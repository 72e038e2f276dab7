import { createBootstrapIdentity } from "../../constructs/enr";
import { fails, prints, rpc, run, type Stub } from "./run";

const [A, B] = ["http://a.example:8080", "http://b.example:8080/path"] as const;
const enrOf = (ip: string) => createBootstrapIdentity({ l1ChainId: 1, ip, port: 40400 }).enr;
const [external, enrA, enrB] = [enrOf("203.0.113.1"), enrOf("203.0.113.2"), enrOf("203.0.113.3")];
const dead = fails(7, "curl: (7) Failed to connect");

function gather(urls: readonly string[], curl: Stub, env: Record<string, string> = {}) {
  return run("gather-bootnodes.sh", { env: { BOOTNODE_URLS: urls.join(" "), BOOTNODE_ATTEMPTS: "3", ...env }, stubs: { curl } });
}

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

test.concurrent.each([
  ["none", {}, "\n"],
  ["an empty list", { BOOTSTRAP_NODES: "" }, "\n"],
  ["known ones", { BOOTSTRAP_NODES: `${external},${enrA}` }, `${external},${enrA}\n`],
])("asks nobody without URLs: %s", async (_, env, printed) => {
  const { code, stdout, stderr, calls } = await run("gather-bootnodes.sh", { env });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: printed, stderr: "" });
  expect(calls("curl")).toEqual([]);
});

test.concurrent("prints the ENR a bootstrap node answers with, alone on stdout", async () => {
  const { code, stdout, stderr, left } = await gather([A], { [A]: rpc(enrA) });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${enrA}\n`, stderr: `bootnode ${A}: attempt 1/3: ok\n` });
  expect(left).toEqual([]);
});

test.concurrent("asks for the ENR as JSON-RPC, for a bounded time", async () => {
  const { calls } = await gather([A], { [A]: rpc(enrA) }, { BOOTNODE_TIMEOUT_SECONDS: "7" });
  expect(calls("curl")).toEqual([
    '-sS --max-time 7 -H content-type: application/json -d {"jsonrpc":"2.0","id":1,"method":"bootstrap_getEncodedEnr","params":[]} ' +
      A,
  ]);
});

test.concurrent("waits for a bootstrap node that answers late, and counts the attempts", async () => {
  const { code, stdout, stderr } = await gather([A], { [A]: [dead, rpc(null), rpc(enrA)] });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${enrA}\n` });
  expect(stderr.trimEnd().split("\n")).toEqual([
    `bootnode ${A}: attempt 1/3: curl: (7) Failed to connect`,
    expect.stringContaining(`bootnode ${A}: attempt 2/3: the node answered null, expected an ENR`),
    `bootnode ${A}: attempt 3/3: ok`,
  ]);
});

test.concurrent.each([
  ["a refused connection", dead, "curl: (7) Failed to connect"],
  ["a timeout", fails(28, "curl: (28) Operation timed out"), "curl: (28) Operation timed out"],
  ["an HTTP error of curl", fails(22, "curl: (22) The requested URL returned error: 500"), "curl: (22) The requested URL"],
  ["an HTTP error's page", prints("<h1>Bad Gateway</h1>"), "the node gave an answer that is not JSON: <h1>Bad Gateway</h1>"],
  ["no body", prints(""), "the node gave an empty answer"],
  ["null", rpc(null), "the node answered null, expected an ENR"],
  ["a JSON-RPC error", prints('{"error":{"code":-32601,"message":"Method not found"}}'), "the node failed: Method not found"],
  ["no ENR", rpc("/ip4/203.0.113.2/udp/40400"), "/ip4/203.0.113.2/udp/40400"],
  ["half an ENR", rpc(enrA.slice(0, 60)), "enr"],
])("fails for %s, with the URL, the attempts, the timeout, the reason and the remedy", async (_, answer, reason) => {
  const { code, stdout, stderr, calls, left } = await gather([A], { [A]: answer }, { BOOTNODE_ATTEMPTS: "2" });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(calls("curl")).toHaveLength(2);
  const [first, second, last, ...more] = stderr.trimEnd().split("\n");
  expect(more).toEqual([]);
  expect(first?.startsWith(`bootnode ${A}: attempt 1/2: `)).toBe(true);
  expect(second).toContain(`bootnode ${A}: attempt 2/2: `);
  expect(second).toContain(reason);
  expect(last).toContain(`fatal: bootstrap nodes that did not answer with an ENR in 2 attempts (5s timeout): ${A} (`);
  expect(last).toContain(reason);
  expect(last).toContain("Check that they run and that the URLs and NetworkPolicies let this pod reach them");
  expect(left).toEqual([]);
});

test.concurrent("gives up after 20 attempts of 5 s unless told otherwise", async () => {
  const { code, stderr, calls } = await run("gather-bootnodes.sh", { env: { BOOTNODE_URLS: A }, stubs: { curl: { [A]: dead } } });
  expect(code).toBe(1);
  expect(calls("curl")).toHaveLength(20);
  expect(stderr).toContain("in 20 attempts (5s timeout)");
});

test.concurrent("lists known ENRs first, then answers in the order of the URLs, whoever answers first", async () => {
  const { code, stdout } = await gather([A, B], { [A]: [dead, dead, rpc(enrA)], [B]: rpc(enrB) }, { BOOTSTRAP_NODES: external });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${external},${enrA},${enrB}\n` });
});

test.concurrent("lists a record once that is known and answered twice", async () => {
  const known = `${external},${enrA}`;
  const { stdout } = await gather(
    [A, B, `${B}/2`],
    { [A]: rpc(enrA), [B]: rpc(enrB), [`${B}/2`]: rpc(enrB) },
    { BOOTSTRAP_NODES: known },
  );
  expect(stdout).toBe(`${known},${enrB}\n`);
});

test.concurrent("asks all at the same time", async () => {
  // Each call waits, at most 2 s, for the other to have started: asked one after the other, the first would time out.
  const meets = (me: string, other: string, answer: string) => `: >"$CALLS/started-${me}"
    n=0
    until [ -e "$CALLS/started-${other}" ]; do
      n=$((n + 1))
      [ "$n" -le 100 ] || exit 28
      sleep 0.02
    done
    ${answer}`;
  const curl = { [A]: meets("a", "b", rpc(enrA)), [B]: meets("b", "a", rpc(enrB)) };
  const { stdout } = await gather([A, B], curl, { BOOTNODE_ATTEMPTS: "1" });
  expect(stdout).toBe(`${enrA},${enrB}\n`);
});

describe("one of two bootstrap nodes is dead", () => {
  const curl = { [A]: dead, [B]: rpc(enrB) };

  test.concurrent.each<Record<string, string>>([{}, { BOOTNODE_REQUIRE: "any" }])("and one is enough: %p", async require => {
    const { code, stdout, calls, left } = await gather([A, B], curl, { BOOTSTRAP_NODES: external, ...require });
    expect({ code, stdout, left }).toEqual({ code: 0, stdout: `${external},${enrB}\n`, left: [] });
    const asked = calls("curl").map(call => call.split(" ").at(-1));
    expect(asked.sort()).toEqual([A, A, A, B]);
  });

  test.concurrent("and all are required: fails with the name of the dead one alone", async () => {
    const { code, stdout, stderr, left } = await gather([A, B], curl, { BOOTNODE_REQUIRE: "all", BOOTSTRAP_NODES: external });
    expect({ code, stdout, left }).toEqual({ code: 1, stdout: "", left: [] });
    expect(lastLine(stderr)).toContain(`: ${A} (curl: (7) Failed to connect).`);
    expect(lastLine(stderr)).not.toContain(B);
  });
});

test.concurrent("all required and all there", async () => {
  const { code, stdout } = await gather([A, B], { [A]: rpc(enrA), [B]: rpc(enrB) }, { BOOTNODE_REQUIRE: "all" });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${enrA},${enrB}\n` });
});

test.concurrent("fails when none answers, naming each, even where others are known", async () => {
  const { code, stdout, stderr } = await gather([A, B], { [A]: dead, [B]: rpc(null) }, { BOOTSTRAP_NODES: external });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(lastLine(stderr)).toContain(`${A} (curl: (7) Failed to connect) ${B} (the node answered null`);
});

test.concurrent("does not load what the node preloads", async () => {
  const { stdout } = await gather([A], { [A]: rpc(enrA) }, { NODE_OPTIONS: "--import=file:///missing.mjs" });
  expect(stdout).toBe(`${enrA}\n`);
});
