import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../../agents/lease/config";
import { KubeLease, type LeaseError } from "../../../agents/lease/lease";
import { KubeClient } from "../../../agents/lib/kube";

const folder = mkdtempSync(join(tmpdir(), "lease-agent-"));
const tokenFile = join(folder, "token");
const PATH = "/apis/coordination.k8s.io/v1/namespaces/net/leases/seq";

interface Object {
  metadata: { resourceVersion: string; uid: string; annotations: Record<string, string> };
  spec: Record<string, unknown>;
}

/** One Lease, and Events; `odd` answers in place of it. */
const api = {
  lease: {} as Object,
  events: [] as { reason: string; involvedObject: object }[],
  asked: [] as { method?: string; type?: string; body?: Record<string, never> }[],
  odd: undefined as ((request: IncomingMessage, response: ServerResponse) => void) | undefined,
};

const server = createServer(async (request, response) => {
  const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  const { method, url, headers } = request;
  if (headers.authorization !== `Bearer ${readFileSync(tokenFile, "utf8").trim().replace("stale", "fresh")}`)
    return answer(401, {});
  if (url === "/health/ready") return answer(200, {});
  const body = method === "GET" ? undefined : ((await json(request)) as Record<string, never>);
  if (url === "/api/v1/namespaces/net/events") {
    api.events.push(body as never);
    return answer(201, {});
  }
  if (api.odd) return api.odd(request, response);
  api.asked.push({ method, type: headers["content-type"], body });
  if (url !== PATH) return answer(404, {});
  if (method === "PATCH") {
    const { metadata, spec } = body as unknown as Object;
    if (metadata.resourceVersion !== api.lease.metadata.resourceVersion) return answer(409, {});
    const annotations = { ...api.lease.metadata.annotations, ...metadata.annotations };
    const version = String(Number(metadata.resourceVersion) + 1);
    api.lease = {
      metadata: { ...api.lease.metadata, resourceVersion: version, annotations },
      spec: { ...api.lease.spec, ...spec },
    };
  }
  answer(200, api.lease);
});

const ready = createServer((_, response) => void response.end("ok"));
const portOf = (of: typeof server) => (of.address() as AddressInfo).port;

beforeAll(async () => {
  for (const each of [server, ready]) await new Promise<void>(resolve => each.listen(0, "127.0.0.1", resolve));
});
beforeEach(() => {
  writeFileSync(tokenFile, "fresh\n");
  Object.assign(api, { odd: undefined, events: [], asked: [] });
  api.lease = { metadata: { resourceVersion: "41", uid: "u-1", annotations: {} }, spec: {} };
});
afterAll(() => {
  for (const each of [server, ready]) {
    each.closeAllConnections();
    each.close();
  }
  rmSync(folder, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({
  POD_NAME: "seq-1",
  POD_NAMESPACE: "net",
  LEASE_NAME: "seq",
  CANDIDATES: "seq-0,seq-1",
  AGENT_KUBE_URL: `http://127.0.0.1:${portOf(server)}`,
  AGENT_TOKEN_FILE: tokenFile,
  NODE_READY_URL: `http://127.0.0.1:${portOf(ready)}/`,
  NODE_METRICS_URL: `http://127.0.0.1:${portOf(ready)}/`,
  AGENT_PORT: "0",
  RUN_DIR: folder,
  ...more,
});

function store(more: Record<string, string> = {}): KubeLease {
  const config = readConfig(env(more));
  return new KubeLease(new KubeClient(config.kube), config);
}

test("reads a Lease that nobody ever held", async () => {
  expect(await store().read()).toEqual({
    version: "41",
    uid: "u-1",
    holder: "",
    instance: undefined,
    durationMs: 0,
    token: 0,
    used: false,
    paused: false,
    handoffTo: undefined,
  });
});

test("acquires with the version it has read; the patch ends a handoff and leaves other annotations", async () => {
  api.lease.metadata.annotations = { "rollup-network/handoff-to": "seq-1", other: "stays" };
  const written = await store({ LEASE_DURATION_MS: "5001" }).write(await store().read(), {
    holder: "seq-1",
    token: 1,
    instance: "i",
    sequences: true,
  });
  expect(written).toMatchObject({
    version: "42",
    holder: "seq-1",
    instance: "i",
    token: 1,
    used: true,
    durationMs: 6000,
  });
  expect(written.lastSequencer).toBe("seq-1");
  expect(api.asked.at(-1)?.type).toBe("application/merge-patch+json");
  expect(api.asked.at(-1)?.body).toEqual({
    metadata: {
      resourceVersion: "41",
      annotations: {
        "rollup-network/holder-instance": "i",
        "rollup-network/handoff-to": null,
        "rollup-network/last-sequencer": "seq-1",
      },
    },
    spec: {
      holderIdentity: "seq-1",
      leaseDurationSeconds: 6,
      leaseTransitions: 1,
      renewTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      acquireTime: expect.any(String),
    },
  });
});

test("the newest block is named when it is known, and stays until another is", async () => {
  const given = await store().write(await store().read(), { holder: "", token: 1, lastHeight: 12 });
  expect(given.lastHeight).toBe(12);
  expect((await store().write(given, { holder: "seq-1", token: 2, instance: "i" })).lastHeight).toBe(12);
});

test("a Lease that changed meanwhile is a conflict", async () => {
  const lease = await store().read();
  await store().write(lease, { holder: "seq-0", token: 1, instance: "a" });
  await expect(store().write(lease, { holder: "seq-1", token: 1 })).rejects.toMatchObject({ reason: "conflict" });
});

const says =
  (status: number, headers: Record<string, string> = {}, text = "{}") =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(text);

test.each([
  ["401", says(401), "unauthorized", "check that the pod mounts its ServiceAccount's"],
  ["403", says(403), "forbidden", 'a Role with get and patch on leases, resourceNames ["seq"]'],
  ["404", says(404), "missing", "it does not exist: apply the stack that creates it"],
  ["410", says(410), "gone", "http status 410"],
  ["429", says(429, { "retry-after": "2" }), "throttled", "http status 429"],
  ["500", says(500), "server", "http status 500"],
  ["503", says(503), "server", "http status 503"],
  ["text", says(200, {}, "<html>"), "other", "is not JSON: <html>"],
  ["another object", says(200, {}, '{"kind":"Status"}'), "other", "is not a Lease"],
  ["a cut connection", (request: IncomingMessage) => void request.socket.destroy(), "connection", "socket hang up"],
  ["silence", () => {}, "timeout", "no answer within"],
] as const)("%s is told from other failures", async (_, odd, reason, message) => {
  api.odd = odd;
  const error: LeaseError = await store({ LEASE_RENEW_DEADLINE_MS: "1100", LEASE_RETRY_MS: "600" })
    .read()
    .catch(failure => failure);
  expect(error).toMatchObject({ reason, message: expect.stringContaining(message) });
  expect(error.retryAfter).toBe(reason === "throttled" ? 2000 : 0);
});

test("the token is read again for each request", async () => {
  const lease = store();
  writeFileSync(tokenFile, "stale");
  await expect(lease.read()).rejects.toMatchObject({ reason: "unauthorized" });
  writeFileSync(tokenFile, "fresh");
  await expect(lease.read()).resolves.toMatchObject({ version: "41" });
});

describe("the program", () => {
  let child: ChildProcess | undefined;
  let output = "";
  const lines = () =>
    output
      .split("\n")
      .filter(line => line.endsWith("}"))
      .map(line => JSON.parse(line) as Record<string, unknown>);
  const start = (more: Record<string, string> = {}) => {
    output = "";
    const program = join(__dirname, "../../../bundles/lease-agent.mjs");
    child = spawn(process.execPath, [program], { env: env(more), stdio: ["ignore", "pipe", "inherit"] });
    child.stdout?.on("data", chunk => {
      output += chunk;
    });
    return new Promise<number | null>(resolve => child?.on("close", resolve));
  };
  const until = async <T>(what: string, ask: () => T | Promise<T>): Promise<T> => {
    for (const end = Date.now() + 25_000; Date.now() < end; await sleep(10)) {
      const answer = await ask();
      if (answer) return answer;
    }
    throw new Error(`waited 25 s in vain: ${what}; ${output}`);
  };
  afterEach(() => child?.kill("SIGKILL"));

  test("acquires, renews, answers, and gives back on SIGTERM when the node has stopped", async () => {
    writeFileSync(join(folder, "node"), "standby 5 0\n");
    // Deadlines that a busy machine does not reach.
    const exit = start({ LEASE_DURATION_MS: "59000", LEASE_RENEW_DEADLINE_MS: "40000" });
    await until("its log", () => output.includes("never held"));
    expect(readFileSync(join(folder, "role"), "utf8")).toMatch(/^active \d+ \d+ 1\n$/);
    const port = await until("the port", () => lines().find(({ msg }) => msg === "started")?.port);
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await ask("/leader")).status).toBe(503);
    writeFileSync(join(folder, "node"), "active 6 1\n");
    await until("the leader", async () => (await ask("/leader")).status === 200);
    expect((await ask("/healthz")).status).toBe(200);
    expect(await (await ask("/metrics")).text()).toContain('rollup_network_lease_is_leader{pod="seq-1"} 1\n');
    const before = readFileSync(join(folder, "role"), "utf8");
    await until("a renewal", () => readFileSync(join(folder, "role"), "utf8") !== before);
    child?.kill("SIGTERM");
    await until("its log", () => output.includes("stopping on SIGTERM"));
    expect(api.lease.spec.holderIdentity).toBe("seq-1");
    writeFileSync(join(folder, "node"), "stopped 6 1\n");
    expect(await exit).toBe(0);
    expect(api.lease.spec).toMatchObject({ holderIdentity: "", leaseTransitions: 1 });
    expect(lines().filter(({ audit }) => audit)).toMatchObject([
      { from: "standby", to: "active", token: 1, reason: "never held", pod: "seq-1" },
      { from: "active", to: "stopping", token: 1, reason: "the node stopped" },
      { from: "stopping", to: "standby", token: 1, reason: "released" },
    ]);
    expect(api.events.map(({ reason }) => reason)).toEqual(["LeaseAcquired", "LeaseStopping", "LeaseReleased"]);
    expect(api.events[0]?.involvedObject).toMatchObject({ kind: "Lease", name: "seq", namespace: "net", uid: "u-1" });
  });

  test("fails at the start when its timings leave no time for the kill", async () => {
    expect(await start({ LEASE_DURATION_MS: "4000" })).toBe(1);
    expect(lines()).toMatchObject([
      { level: "error", msg: expect.stringContaining("LEASE_DURATION_MS is 4000: must be at least 4250") },
    ]);
  });
});
