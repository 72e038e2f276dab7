import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { LeaderCheck } from "../../../constructs/sequencer/proxy/config";
import { type Answer, dial, echoWebsockets, get, onEnd, Proxied, until, websocket } from "./haproxy";

const RAFT: LeaderCheck = { path: "/raft/node", port: 7331, expect: "is_leader" };
const NODE_RPC = 9547;
const LEASE: LeaderCheck = { path: "/leader", port: 9103, expect: "200" };

/** A member: says whether it leads as ev-node or as a lease agent does, and counts what it is given to write. */
class Member {
  leads = false;
  writes = 0;
  hangs = false;
  /** Does not answer checks. */
  silent = false;
  private servers: Server[] = [];

  constructor(
    readonly name: string,
    private readonly host: string,
    private readonly check: LeaderCheck,
  ) {}

  async start(): Promise<this> {
    const checks = createServer((request, response) => {
      if (this.silent) return;
      if (request.url !== this.check.path) response.writeHead(404);
      else if (this.check.expect === "200") response.writeHead(this.leads ? 200 : 503);
      response.end(JSON.stringify({ is_leader: this.leads, node_id: this.name }));
    });
    const writes = createServer((request, response) => {
      request.resume();
      this.writes++;
      if (!this.hangs) response.end(this.name);
    });
    echoWebsockets(writes);
    this.servers = [checks, writes];
    const node = createServer((_, response) => response.end(`node of ${this.name}`));
    this.servers.push(node);
    await Promise.all([
      once(node.listen(NODE_RPC, this.host), "listening"),
      once(checks.listen(this.check.port, this.host), "listening"),
      once(writes.listen(9090, this.host), "listening"),
    ]);
    onEnd(() => this.kill());
    return this;
  }

  kill(): void {
    for (const server of this.servers) closeAll(server);
  }

  /** Neither takes connections for writes nor refuses them, as on a lost node: who stands still has a full queue. */
  async vanish(): Promise<void> {
    closeAll(this.servers[1] as Server);
    const options = JSON.stringify({ host: this.host, port: 9090, backlog: 1 });
    const program = `require("net").createServer().listen(${options}, () => console.log())`;
    const child = spawn(process.execPath, ["-e", program]);
    onEnd(() => child.kill("SIGKILL"));
    await once(child.stdout, "data");
    child.kill("SIGSTOP");
    for (let i = 0; i < 4; i++) dial(this.host, 9090);
  }
}

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function setUp({ check = RAFT, leader = -1, queueSeconds = 10, silent = false } = {}) {
  const proxy = new Proxied({ check, queueSeconds, nodeRpcPort: NODE_RPC });
  const members = [0, 1, 2].map(i => new Member(`seq-${i}`, proxy.member(i), check));
  for (const member of members) {
    member.silent = silent;
    await member.start();
  }
  const leads = (i: number, does = true) => {
    (members[i] as Member).leads = does;
  };
  if (leader >= 0) leads(leader);
  await until("the proxy", async () => (await get(proxy.url(9106, "/healthz"))).status === 200);
  const write = (): Promise<Answer> => get(proxy.url(8080), { method: "POST", body: "k=v" });
  const ask = () => get(proxy.url(8081), { method: "POST", body: "{}" });
  const leaders = async () => {
    const { body } = await get(proxy.url(9106, "/metrics"));
    return Number(/^haproxy_backend_active_servers\{proxy="write"\} (\d+)/m.exec(body)?.[1]);
  };
  const counts = () => members.map(({ writes }) => writes);
  return { proxy, members, leads, write, ask, leaders, counts };
}

describe.each([
  ["raft", RAFT],
  ["lease", LEASE],
])("%s", (_, check) => {
  test("writes go to the leader alone, from the first one on, and follow it", async () => {
    const { leads, write, leaders, counts } = await setUp({ check, leader: 1 });
    for (let i = 0; i < 10; i++) expect(await write()).toMatchObject({ status: 200, body: "seq-1" });
    await until("one leader", async () => (await leaders()) === 1);
    leads(1, false);
    leads(2);
    await until("the new leader", async () => (await write()).body === "seq-2");
    for (let i = 0; i < 10; i++) expect((await write()).body).toBe("seq-2");
    expect(counts()[0]).toBe(0);
  });
});

test("calls of the node itself follow the leader too, and lose their connections with it", async () => {
  const { leads, ask, leaders } = await setUp({ leader: 1 });
  expect(await ask()).toMatchObject({ status: 200, body: "node of seq-1" });
  leads(1, false);
  await until("no leader", async () => (await leaders()) === 0);
  const waiting = ask();
  leads(2);
  expect((await waiting).body).toBe("node of seq-2");
});

test("the first requests wait for the first check", async () => {
  const { members, write, counts } = await setUp({ leader: 2, silent: true });
  const waiting = Promise.all(Array.from({ length: 20 }, write));
  await expect(Promise.race([waiting, new Promise(resolve => setTimeout(resolve, 300, "waiting"))])).resolves.toBe(
    "waiting",
  );
  for (const member of members) member.silent = false;
  expect((await waiting).map(({ body }) => body)).toEqual(Array(20).fill("seq-2"));
  expect(counts()).toEqual([0, 0, 20]);
});

test("requests wait while nobody leads", async () => {
  const { leads, write, leaders } = await setUp();
  await until("no leader", async () => (await leaders()) === 0);
  const waiting = Promise.all(Array.from({ length: 20 }, write));
  const early = await Promise.race([waiting, new Promise(resolve => setTimeout(resolve, 300, "waiting"))]);
  expect(early).toBe("waiting");
  leads(0);
  expect((await waiting).map(({ body }) => body)).toEqual(Array(20).fill("seq-0"));
});

test("a request that has waited its time is told to come again", async () => {
  const { write, leaders } = await setUp({ queueSeconds: 1 });
  await until("no leader", async () => (await leaders()) === 0);
  const { status, body, headers } = await write();
  expect({ status, body, again: headers["retry-after"] }).toEqual({ status: 503, body: "no leader", again: "1" });
});

test("of two that claim to lead, the one that began last gets everything", async () => {
  const { leads, write, leaders, counts } = await setUp({ leader: 1 });
  await until("the leader", async () => (await write()).body === "seq-1");
  for (const next of [0, 2]) {
    leads(next);
    await until("two leaders", async () => (await leaders()) === (next === 0 ? 2 : 3));
    await until("the newest", async () => (await write()).body === `seq-${next}`);
    const settled = counts();
    for (let i = 0; i < 20; i++) expect((await write()).body).toBe(`seq-${next}`);
    const others = [0, 1, 2].filter(i => i !== next);
    expect(others.map(i => counts()[i])).toEqual(others.map(i => settled[i]));
  }
});

test("what comes after the leader was killed waits for the next one, and is written once", async () => {
  const { members, leads, write, leaders, counts } = await setUp({ leader: 0 });
  await until("the leader", async () => (await write()).body === "seq-0");
  const written = counts()[0];
  members[0]?.kill();
  const asked = Promise.all(Array.from({ length: 20 }, write));
  await until("no leader", async () => (await leaders()) === 0);
  leads(1);
  const answers = await asked;
  expect(answers).toEqual(Array(20).fill(expect.objectContaining({ status: 200, body: "seq-1" })));
  expect(counts()).toEqual([written, 20, 0]);
});

test("what comes after the leader's node was lost waits for the next one, also before a check fails", async () => {
  const { members, leads, write, counts } = await setUp({ leader: 0 });
  await until("the leader", async () => (await write()).body === "seq-0");
  const written = counts()[0];
  await members[0]?.vanish();
  const asked = Promise.all(Array.from({ length: 20 }, write));
  const early = await Promise.race([asked, new Promise(resolve => setTimeout(resolve, 300, "waiting"))]);
  expect(early).toBe("waiting");
  leads(0, false);
  leads(1);
  expect(await asked).toEqual(Array(20).fill(expect.objectContaining({ status: 200, body: "seq-1" })));
  expect(counts()).toEqual([written, 20, 0]);
});

test("what the leader had taken when it was lost is not written again", async () => {
  const { members, leads, write, counts } = await setUp({ leader: 0 });
  await until("the leader", async () => (await write()).body === "seq-0");
  const [first] = members as [Member];
  const written = first.writes;
  first.hangs = true;
  const taken = write().then(
    ({ status }) => status,
    error => error.code,
  );
  await until("the write at the leader", () => first.writes === written + 1);
  leads(1);
  first.kill();
  expect([502, "ECONNRESET"]).toContain(await taken);
  await until("the next leader", async () => (await write()).body === "seq-1");
  expect(counts()).toEqual([written + 1, 1, 0]);
});

test("a member that no longer leads loses its open connections", async () => {
  const { proxy, leads } = await setUp({ leader: 0 });
  const { hostname } = new URL(proxy.url(8080));
  await until("the leader", async () => (await get(proxy.url(8080))).body === "seq-0");
  const client = websocket(hostname, 8080);
  expect(await client.echo("frames")).toBe(true);
  leads(0, false);
  leads(1);
  await client.closed;
});
