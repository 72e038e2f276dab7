import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { faultOf, type L1Kind } from "../../../../cli/check/p2p/l1";
import { readAnswers, SCRIPT } from "../../../../cli/check/p2p/l1-script";
import { SHELLS } from "../../../constructs/run-script";

/** An L1 by path: `/geth` traces by its own method, `/parity` by the other, `/plain` not at all. */
let server: Server;
let base: string;
let asked: { url?: string; method?: string }[] = [];

const missing = (method: string) => ({ code: -32601, message: `the method ${method} does not exist/is not available` });
const NOBODY = { code: -32000, message: "transaction not found" };

function reply(url: string, method: string): object {
  if (method === "eth_chainId") return { result: "0x7a69" };
  if (url === "/geth" && method === "debug_traceTransaction") return { error: NOBODY };
  if (url === "/parity" && method === "trace_transaction") return { result: null };
  return { error: missing(method) };
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { url = "" } = request;
    if (request.method === "GET") {
      asked.push({ url });
      const found = url === "/beacon/eth/v1/beacon/headers/head";
      response.writeHead(found ? 200 : 404).end('{\n  "data": {}\n}\n');
      return;
    }
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const { method, id } = JSON.parse(text);
    asked.push({ url, method });
    response.writeHead(200).end(JSON.stringify({ jsonrpc: "2.0", id, ...reply(url, method) }));
  });
  await new Promise<void>(ready => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

async function run(shell: string, env: Readonly<Record<string, string>>, ...words: string[]) {
  const [program = "sh", ...args] = shell.split(" ");
  const { stdout } = await promisify(execFile)(program, [...args, "-c", SCRIPT, "l1", ...words], {
    env: { PATH: process.env.PATH, HOME: "/nowhere", ...env },
  });
  return readAnswers(stdout)?.sort((a, b) => a.i - b.i || a.j - b.j);
}

/** What is wrong with each answer. */
const faults = (answers: Awaited<ReturnType<typeof run>>, kinds: readonly L1Kind[]) =>
  answers?.map(answer => faultOf(kinds[answer.i] as L1Kind, answer, 31337)?.message);

describe.each(SHELLS)("under %s", shell => {
  test("endpoints that answer as a node needs it", async () => {
    const answers = await run(
      shell,
      { ETHEREUM_DEBUG_HOSTS: `${base}/geth,${base}/parity` },
      "execution",
      `${base}/geth`,
      "consensus",
      `${base}/beacon/`,
      "debug",
      "$ETHEREUM_DEBUG_HOSTS",
    );
    expect(answers?.map(({ i, j, code, status }) => [i, j, code, status])).toEqual([
      [0, 0, 0, 200],
      [1, 0, 0, 200],
      [2, 0, 0, 200],
      [2, 1, 0, 200],
    ]);
    expect(faults(answers, ["execution", "consensus", "debug"])).toEqual(Array(4).fill(undefined));
    expect(asked.map(({ url, method }) => `${url} ${method ?? ""}`.trim()).sort()).toEqual([
      "/beacon/eth/v1/beacon/headers/head",
      "/geth debug_traceTransaction",
      "/geth eth_chainId",
      "/parity debug_traceTransaction",
      "/parity trace_transaction",
    ]);
  });

  test("endpoints that do not", async () => {
    const closed = "http://127.0.0.1:1";
    const words = ["execution", `${closed},${base}/geth`, "consensus", base, "debug", `${base}/plain`];
    expect(faults(await run(shell, {}, ...words), ["execution", "consensus", "debug"])).toEqual([
      expect.stringMatching(/^does not answer: .*(refused|connect to)/i),
      undefined,
      "answers /eth/v1/beacon/headers/head with http status 404",
      "does not trace transactions: the method trace_transaction does not exist/is not available",
    ]);
  });
});

test("a container without curl is asked nothing", async () => {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", SCRIPT, "l1", "execution", base], {
    env: { PATH: "" },
  });
  expect(readAnswers(stdout)).toBeUndefined();
  expect(asked).toEqual([]);
});
