import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { createServer as createTls } from "node:tls";
import { createBootstrapIdentity } from "../../../constructs/p2p/enr";
import { certificateOf } from "./spiffe-certificate";

const dir = mkdtempSync(join(tmpdir(), "gate-"));
const REMEDY = "Ensure all keepers are running and rerun bootstrap.";
const idOf = (n: number) => `spiffe://example.org/spike/keeper/spike-keeper-${n - 1}`;
const servers: Server[] = [];
/** Nothing that answers needs as long on a busy machine. Nobody waits for it: a gate ends with the last answer. */
const PATIENT = { GATE_ATTEMPTS: "5", GATE_TIMEOUT_MS: "20000" };
/** For targets that never answer: a gate makes all its attempts, and the last lasts as long as the others. */
const BRIEF = { GATE_TIMEOUT_MS: "500" };
/** One patient attempt: a refusal ends it. */
const ONCE = { GATE_ATTEMPTS: "1" };

async function listen<T extends Server>(server: T, port = 0): Promise<number> {
  servers.push(server);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/**
 * A keeper as the gate sees it: a TLS server whose certificate says which one it is, and that wants one of its clients.
 */
const keeper = async (n: number, port = 0) =>
  listen(createTls({ ...(await certificateOf(idOf(n))), requestCert: true, rejectUnauthorized: true }), port);

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => new Promise(done => server.close(done))));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Keepers 1, 2, … at these ports, or at these URLs. */
async function gate(at: readonly (number | string)[], env: Record<string, string> = {}, afterFirstLine = () => {}) {
  const targets = at.map((place, i) => ({
    name: `keeper ${i + 1}`,
    url: typeof place === "number" ? `https://127.0.0.1:${place}` : place,
    ...(typeof place === "number" && { spiffeId: idOf(i + 1) }),
  }));
  const termination = join(dir, "termination");
  rmSync(termination, { force: true });
  const child = spawn(process.execPath, ["bundles/gate.mjs"], {
    env: {
      PATH: process.env.PATH,
      GATE_TARGETS: JSON.stringify(targets),
      ...PATIENT,
      GATE_REMEDY: REMEDY,
      TERMINATION_LOG: termination,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.once("data", afterFirstLine).on("data", chunk => {
    text += chunk;
  });
  const [code] = await once(child, "close");
  const message = existsSync(termination) ? readFileSync(termination, "utf8") : undefined;
  return { code, lines: text.trimEnd().split("\n"), message };
}

/** A port of loopback on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcp();
  const port = await listen(server);
  servers.pop();
  await new Promise(done => server.close(done));
  return port;
}

const url = (port: number) => `https://127.0.0.1:${port}`;

test("lets the pod start when all answer", async () => {
  const ports = [await keeper(1), await keeper(2), await keeper(3)];
  const { code, lines, message } = await gate(ports);
  expect({ code, message }).toEqual({ code: 0, message: undefined });
  expect(lines.slice(0, 3).sort()).toEqual(ports.map((port, i) => `keeper ${i + 1} ${url(port)}: attempt 1/5: ok`));
  expect(lines.slice(3)).toEqual(["all 3 answer: keeper 1, keeper 2, keeper 3"]);
});

test("names the one that is down, after it tried the others, and passes once that is started", async () => {
  const [down, ...up] = [await closedPort(), await keeper(2), await keeper(3)];
  const { code, lines, message } = await gate([down, ...up], ONCE);
  const last = `Failed to reach keeper 1 at ${url(down)} after 1 attempt (20s timeout). ${REMEDY}`;
  expect({ code, message }).toEqual({ code: 1, message: last });
  expect(lines).toContain(`keeper 1 ${url(down)}: attempt 1/1: connection refused`);
  expect(lines.filter(line => line.endsWith(": ok"))).toHaveLength(2);
  expect(lines.at(-1)).toBe(last);
  await keeper(1, down);
  expect(await gate([down, ...up])).toMatchObject({ code: 0, message: undefined });
});

test("names two that are down in one message", async () => {
  const [up, second, third] = [await keeper(1), await closedPort(), await closedPort()];
  const { code, message } = await gate([up, second, third], ONCE);
  expect(code).toBe(1);
  expect(message).toBe(
    `Failed to reach keeper 2 at ${url(second)}, keeper 3 at ${url(third)} after 1 attempt (20s timeout). ${REMEDY}`,
  );
});

test("makes all its attempts on one that swallows everything, while the others are tried", async () => {
  const hole = await listen(createTcp(socket => void socket.resume()));
  const up = `tcp://127.0.0.1:${await listen(createTcp())}`;
  const { code, lines } = await gate([up, hole, up], BRIEF);
  expect(code).toBe(1);
  expect(lines.filter(line => line.startsWith("keeper 2"))).toEqual(
    [1, 2, 3, 4, 5].map(n => `keeper 2 ${url(hole)}: attempt ${n}/5: no answer within 0.1s`),
  );
  const answered = lines.flatMap((line, i) => (line.endsWith(": ok") ? [i] : []));
  expect(answered).toHaveLength(2);
  expect(Math.max(...answered)).toBeLessThan(
    lines.indexOf(`keeper 2 ${url(hole)}: attempt 5/5: no answer within 0.1s`),
  );
});

test("waits for a slow one", async () => {
  const port = await closedPort();
  const start = () => void listen(createTcp(), port);
  const { code, lines } = await gate([`tcp://127.0.0.1:${port}`], { GATE_ATTEMPTS: "40" }, start);
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/attempt 1\/40: connection refused$/);
  expect(lines.at(-2)).toMatch(/attempt \d+\/40: ok$/);
});

test("refuses a server that is another, and one that speaks no TLS", async () => {
  const [wrong, http] = [await keeper(7), await listen(createHttp((_, response) => void response.end("hello")))];
  const { code, lines, message } = await gate([wrong, http], ONCE);
  expect(code).toBe(1);
  expect(lines).toContain(`keeper 1 ${url(wrong)}: attempt 1/1: the certificate is of ${idOf(7)}, not of ${idOf(1)}`);
  expect(lines.join("\n")).toMatch(/keeper 2 \S+: attempt 1\/1: no TLS server: /);
  expect(message).toContain(`keeper 1 at ${url(wrong)}, keeper 2 at ${url(http)}`);
});

test("says that DNS has no such name", async () => {
  const { code, lines } = await gate(["https://keeper.invalid:8443"], ONCE);
  expect({ code, line: lines[0] }).toEqual({
    code: 1,
    line: expect.stringMatching(
      /^keeper 1 https:\/\/keeper\.invalid:8443: attempt 1\/1: DNS has no keeper\.invalid \(E/,
    ),
  });
});

test("takes whatever accepts a connection at other schemes, and may go on without", async () => {
  const tcp = await listen(createTcp());
  expect(await gate([`tcp://127.0.0.1:${tcp}`, `http://127.0.0.1:${tcp}/path`])).toMatchObject({ code: 0 });
  const down = await closedPort();
  const { code, lines, message } = await gate([`http://127.0.0.1:${down}`], { ...BRIEF, GATE_GO_ON: "true" });
  expect({ code, message }).toEqual({ code: 0, message: undefined });
  const attempt = new RegExp(`^keeper 1 http://127.0.0.1:${down}: attempt (\\d)/5: `);
  expect(lines.slice(0, -1).map(line => attempt.exec(line)?.[1])).toEqual(["1", "2", "3", "4", "5"]);
  expect(lines.at(-1)).toBe(
    `Failed to reach keeper 1 at http://127.0.0.1:${down} after 5 attempts (0.5s timeout). ${REMEDY} Going on without this.`,
  );
});

test("is content with the first that answers where one is enough", async () => {
  const [down, up] = [await closedPort(), await keeper(2)];
  const hole = await listen(createTcp(socket => void socket.resume()));
  const { code, lines } = await gate([down, up, hole], {
    GATE_REQUIRE: "any",
    GATE_ATTEMPTS: "20",
  });
  expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: "1 answer: keeper 2" });
  const none = await gate([down], { ...ONCE, GATE_REQUIRE: "any" });
  expect({ code: none.code, message: none.message }).toEqual({
    code: 1,
    message: expect.stringContaining("Failed to reach keeper 1"),
  });
});

test("ends on SIGTERM, as process 1 would not by itself", async () => {
  const hole = await listen(createTcp(socket => void socket.resume()));
  const child = spawn(process.execPath, ["bundles/gate.mjs"], {
    env: { GATE_TARGETS: JSON.stringify([{ name: "it", url: url(hole) }]), GATE_REMEDY: REMEDY },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [socket] = (await once(servers.at(-1) as Server, "connection")) as [{ destroy(): void }];
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([143, null]);
  socket.destroy();
});

test.each([
  [{ GATE_TARGETS: "[{" }, /GATE_TARGETS is no list of targets/],
  [{ GATE_TARGETS: '[{"name":"a","url":"nowhere"}]' }, /GATE_TARGETS is no list of targets: Invalid URL/],
  [{ GATE_ATTEMPTS: "0" }, /GATE_ATTEMPTS is "0": must be an integer from 1 to 1000/],
  [{ GATE_TIMEOUT_MS: "30s" }, /GATE_TIMEOUT_MS is "30s"/],
  [{ GATE_MARKER: "state" }, /POD_NAMESPACE is not set[\s\S]*KUBERNETES_SERVICE_HOST is not set/],
])("ends at once with %j", async (env, message) => {
  const result = await gate([1], env);
  expect(result.code).toBe(1);
  expect(result.message).toMatch(message);
});

describe("bootstrap nodes that are asked for their ENR", () => {
  const enr = createBootstrapIdentity({ l1ChainId: 1, ip: "203.0.113.2", port: 40400 }).enr;
  const other = createBootstrapIdentity({ l1ChainId: 1, ip: "203.0.113.3", port: 40400 }).enr;
  const file = join(dir, "enrs");

  /** A node that answers every request with this text, or with each of them in turn, and the last one from then on. */
  async function node(...answers: string[]): Promise<string> {
    const asked: string[] = [];
    const server = createHttp(async (request, response) => {
      asked.push(JSON.stringify(await json(request)));
      expect(asked.at(-1)).toBe('{"jsonrpc":"2.0","id":1,"method":"getEnr","params":[]}');
      response.end(answers[Math.min(asked.length, answers.length) - 1]);
    });
    return `http://127.0.0.1:${await listen(server)}`;
  }
  const answered = (result: unknown) => JSON.stringify({ jsonrpc: "2.0", id: 1, result });
  const ask = async (urls: readonly string[], env: Record<string, string> = {}) => {
    rmSync(file, { force: true });
    const targets = urls.map(at => ({ name: "bootnode", url: at, enrMethod: "getEnr" }));
    const result = await gate([], { GATE_TARGETS: JSON.stringify(targets), GATE_ANSWERS: file, ...env });
    return { ...result, enrs: existsSync(file) ? readFileSync(file, "utf8") : undefined };
  };

  test("leave their records in the order of the URLs, whoever answers first", async () => {
    const urls = [await node(answered(null), answered(enr)), await node(answered(other))];
    const { code, lines, enrs } = await ask(urls, { GATE_ATTEMPTS: "20" });
    expect({ code, enrs }).toEqual({ code: 0, enrs: `${enr}\n${other}\n` });
    expect(lines).toContain(
      `bootnode ${urls[0]}: attempt 1/20: getEnr answered null, expected an ENR: its discovery may not have started`,
    );
  });

  test("are enough when one answers, where that is said; the others are asked at least once", async () => {
    const down = `http://127.0.0.1:${await closedPort()}`;
    const { code, enrs, lines } = await ask([down, await node(answered(enr))], { GATE_REQUIRE: "any" });
    expect({ code, enrs, last: lines.at(-1) }).toEqual({ code: 0, enrs: `${enr}\n`, last: "1 answer: bootnode" });
    expect(lines.some(line => line.startsWith(`bootnode ${down}: attempt 1/5: `))).toBe(true);
  });

  test("are asked as often as that is said, whatever the timeout divides into", async () => {
    const at = await node(answered(null), answered(enr));
    const { code, enrs } = await ask([at], { GATE_ATTEMPTS: "30" });
    expect({ code, enrs }).toEqual({ code: 0, enrs: `${enr}\n` });
  });

  test.each([
    ["no body", "", "gave an empty answer"],
    ["an error's page", "<h1>Bad Gateway</h1>", "gave an answer that is not JSON: <h1>Bad Gateway</h1>"],
    ["a JSON-RPC error", '{"error":{"code":-32601,"message":"Method not found"}}', "getEnr failed: Method not found"],
    ["half an ENR", JSON.stringify({ result: "enr:-IS4Q" }), "not an enr"],
  ])("fail with %s, and say so", async (_, answer, reason) => {
    const at = await node(answer);
    const { code, lines, message } = await ask([at], ONCE);
    expect(code).toBe(1);
    expect(lines[0]).toContain(`bootnode ${at}: attempt 1/1: `);
    expect(lines[0]).toContain(reason);
    expect(message).toBe(`Failed to reach bootnode at ${at} after 1 attempt (20s timeout). ${REMEDY}`);
  });
});

describe("a DaemonSet", () => {
  /** An API server whose DaemonSet has these numbers, one pair after the other. */
  async function counted(...pairs: readonly (readonly [ready: number, wanted: number])[]) {
    let asked = 0;
    const api = createHttp((request, response) => {
      const [ready, wanted] = pairs[Math.min(asked++, pairs.length - 1)] ?? [0, 0];
      const known = request.url === "/apis/apps/v1/namespaces/spire/daemonsets/spire-agent";
      response.writeHead(known ? 200 : 404).end(
        JSON.stringify({
          metadata: { generation: 1 },
          status: { observedGeneration: 1, numberReady: ready, desiredNumberScheduled: wanted },
        }),
      );
    });
    writeFileSync(join(dir, "token"), "token\n");
    return { AGENT_KUBE_URL: `http://127.0.0.1:${await listen(api)}`, AGENT_TOKEN_FILE: join(dir, "token") };
  }
  const agents = ["daemonset://spire/spire-agent"];

  test("is waited for until every pod of it is ready", async () => {
    const { code, lines } = await gate(agents, { ...(await counted([0, 3], [2, 3], [3, 3])), GATE_TIMEOUT_MS: "5000" });
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [
        "keeper 1 daemonset://spire/spire-agent: attempt 1/5: 0 of 3 pods are ready",
        "keeper 1 daemonset://spire/spire-agent: attempt 2/5: 2 of 3 pods are ready",
        "keeper 1 daemonset://spire/spire-agent: attempt 3/5: ok",
        "all 1 answer: keeper 1",
      ],
    });
  });

  test("that never is gets named, and stops nobody where that is asked for", async () => {
    const { code, lines } = await gate(agents, { ...(await counted([0, 0])), ...BRIEF, GATE_GO_ON: "true" });
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe(
      `Failed to reach keeper 1 at ${agents[0]} after 5 attempts (0.5s timeout). ${REMEDY} Going on without this.`,
    );
    const { lines: other } = await gate(["daemonset://spire/other"], { ...(await counted([1, 1])), ...BRIEF });
    expect(other.join("\n")).toContain(": DaemonSet spire/other does not exist");
  });
});

describe("a ConfigMap that says that all is done", () => {
  /** An API server with one answer. */
  async function marked(status: number, data: object, key = "bootstrap-completed") {
    const api = createHttp((request, response) => {
      const asked =
        request.url === "/api/v1/namespaces/spike/configmaps/state" && request.headers.authorization === "Bearer token";
      response.writeHead(asked ? status : 500).end(JSON.stringify({ data }));
    });
    writeFileSync(join(dir, "token"), "token\n");
    return {
      GATE_MARKER: "state",
      ...(key && { GATE_MARKER_KEY: key }),
      POD_NAMESPACE: "spike",
      AGENT_KUBE_URL: `http://127.0.0.1:${await listen(api)}`,
      AGENT_TOKEN_FILE: join(dir, "token"),
    };
  }
  const done = { "bootstrap-completed": "true", "completed-at": "2026-01-01T00:00:00Z", "completed-by-pod": "b-1" };

  test("is believed: nothing is tried", async () => {
    const { code, lines } = await gate([await closedPort()], await marked(200, done));
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [
        "ConfigMap spike/state says bootstrap-completed (completed-at 2026-01-01T00:00:00Z, completed-by-pod b-1): " +
          "nothing to wait for",
      ],
    });
  });

  test("is only looked at where a new key is forced", async () => {
    const { code, lines } = await gate([await keeper(1)], await marked(200, done, ""));
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: "all 1 answer: keeper 1" });
  });

  test("is waited with while it is empty", async () => {
    expect(await gate([await keeper(1)], await marked(200, {}))).toMatchObject({ code: 0 });
  });

  test.each([
    [403, "this pod's ServiceAccount may not read ConfigMap spike/state. Nothing was changed"],
    [404, "ConfigMap spike/state does not exist. Nothing was changed"],
  ])("has to be readable: %i ends it before anything is tried", async (status, message) => {
    const { code, lines } = await gate([await keeper(1)], await marked(status, {}));
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(message)]);
  });

  test("is asked for again while the API server cannot answer, and no longer than a target", async () => {
    const env = { ...BRIEF, ...(await marked(500, {})) };
    const { code, lines } = await gate([await keeper(1)], env);
    expect(code).toBe(1);
    expect(lines.slice(0, 4)).toEqual([1, 2, 3, 4].map(n => `ConfigMap spike/state: attempt ${n}/5: status 500`));
    expect(lines.slice(4)).toEqual([
      expect.stringContaining("ConfigMap spike/state cannot be read: the API server answers 500. Nothing was changed"),
    ]);
    const away = { ...env, AGENT_KUBE_URL: `http://127.0.0.1:${await closedPort()}` };
    expect((await gate([], { ...away, GATE_TARGETS: "[]" })).message).toContain("let this pod reach the API server");
  });
});
