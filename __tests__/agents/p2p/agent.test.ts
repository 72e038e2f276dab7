import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createBootstrapIdentity } from "../../../constructs/p2p/enr";

const lib: typeof import("../../../bundles/enr-lib.cjs") = require("../../../bundles/enr-lib.cjs");

const folder = mkdtempSync(join(tmpdir(), "p2p-agent-"));
const tokenFile = join(folder, "token");
const key = lib.randomPrivateKey();

/** The record of one key at an address; another seq and version change its text alone. */
function record(ip: string, { port = 40400, seq = 4n, ver = "1" } = {}): string {
  const values = {
    id: Buffer.from("v4"),
    secp256k1: lib.SignableENR.createV4(key).publicKey,
    ip: Uint8Array.from(ip.split("."), Number),
    udp: Uint8Array.of(port >> 8, port & 0xff),
    ver: Buffer.from(ver),
  };
  return new lib.SignableENR(values, seq, key).encodeTxt();
}

const announced = record("10.96.7.7");
const drifted = record("10.244.0.77", { seq: 6n });

class Stub {
  private server?: Server;
  constructor(private readonly handle: RequestListener) {}
  async start(): Promise<string> {
    this.server = createServer(this.handle);
    await new Promise<void>(resolve => this.server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

/** A node's JSON-RPC: a result per method, an Error for an error object, undefined for no answer at all. */
class StubNode extends Stub {
  results: Record<string, unknown> = {
    bootstrap_getEncodedEnr: announced,
    bootstrap_getRoutingTable: ["a", "b"],
    p2p_getPeers: [1, 2, 3],
  };
  asked = 0;
  standby = false;
  constructor() {
    super(async (request, response) => {
      if (this.standby) return response.writeHead(404).end("Not Found");
      if (request.headers["content-type"] !== "application/json") return response.writeHead(400).end("bad request");
      const { method, id } = (await json(request)) as { method: string; id: number };
      this.asked += 1;
      const result = this.results[method];
      if (result === undefined) return;
      const body = result instanceof Error ? { error: { code: -32000, message: result.message } } : { result };
      response.end(JSON.stringify({ jsonrpc: "2.0", id, ...body }));
    });
  }
}

interface StubEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: object;
}

/** One ConfigMap with optimistic concurrency, Events, a token and permissions. */
class StubKubernetes extends Stub {
  configMap: { version: number; data: Record<string, string> } | undefined = { version: 1, data: {} };
  events: StubEvent[] = [];
  denied = new Set<string>();
  token = "first";
  counts = { GET: 0, PATCH: 0, POST: 0, conflicts: 0 };
  afterRead = () => {};
  constructor() {
    super(async (request, response) => {
      const method = request.method as "GET" | "PATCH" | "POST";
      const answer = (status: number, body: unknown = { kind: "Status", code: status }) =>
        response.writeHead(status).end(JSON.stringify(body));
      this.counts[method] += 1;
      if (request.headers.authorization !== `Bearer ${this.token}`) return answer(401);
      if (this.denied.has(method)) return answer(403);
      const body = method === "GET" ? undefined : ((await json(request)) as Record<string, never>);
      if (request.url === "/api/v1/namespaces/net/events") {
        this.events.push(body as unknown as StubEvent);
        return answer(201);
      }
      if (request.url !== "/api/v1/namespaces/net/configmaps/boot-enr" || !this.configMap) return answer(404);
      if (method === "PATCH") {
        const { metadata, data } = body as unknown as {
          metadata: { resourceVersion: string };
          data: Record<string, string>;
        };
        if (request.headers["content-type"] !== "application/merge-patch+json") return answer(415);
        if (metadata.resourceVersion !== String(this.configMap.version)) {
          this.counts.conflicts += 1;
          return answer(409);
        }
        this.write(data);
      }
      answer(200, { metadata: { resourceVersion: String(this.configMap.version) }, data: this.configMap.data });
      if (method === "GET") this.afterRead();
    });
  }
  write(data: Record<string, string>): void {
    this.configMap = { version: (this.configMap?.version ?? 0) + 1, data: { ...this.configMap?.data, ...data } };
  }
  reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }
}

class RunningAgent {
  private output = "";
  private readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, ["bundles/p2p-agent.mjs"], { env, stdio: ["ignore", "pipe", "inherit"] });
    this.child.stdout?.on("data", chunk => {
      this.output += chunk;
    });
    this.exit = new Promise(resolve => this.child.on("close", resolve));
  }
  get log(): Record<string, unknown>[] {
    return this.output
      .slice(0, this.output.lastIndexOf("\n") + 1)
      .split("\n")
      .filter(Boolean)
      .map(line => JSON.parse(line));
  }
  logged(level: string, text: string): boolean {
    return this.log.some(line => line.level === level && String(line.msg).includes(text));
  }
  async metrics(path = "/metrics"): Promise<string> {
    const port = this.log.find(({ msg }) => msg === "started")?.port;
    return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  }
  stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.exit;
  }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(10)) if (await condition()) return;
  throw new Error(`waited 20 s in vain: ${what}`);
}

let node: StubNode;
let kubernetes: StubKubernetes;
let agent: RunningAgent;
let base: Record<string, string>;

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  node = new StubNode();
  kubernetes = new StubKubernetes();
  writeFileSync(tokenFile, "first\n");
  base = {
    POD_NAME: "boot-0",
    POD_NAMESPACE: "net",
    POD_UID: "uid-1",
    AGENT_RPC_URL: await node.start(),
    AGENT_PORT: "0",
    AGENT_INTERVAL_SECONDS: "0.05",
    AGENT_CONFIG_MAP: "boot-enr",
    AGENT_ANNOUNCED_ADDRESSES: "10.96.7.7",
    AGENT_ANNOUNCED_PORT: "40400",
    AGENT_KUBE_URL: await kubernetes.start(),
    AGENT_TOKEN_FILE: tokenFile,
  };
});

afterEach(async () => {
  await agent.stop();
  node.stop();
  kubernetes.stop();
});

function launch(env: Record<string, string> = {}): void {
  agent = new RunningAgent({ ...base, ...env });
}

async function start(env: Record<string, string> = {}): Promise<void> {
  launch(env);
  await until(() => agent.logged("info", "started"), "started");
}

const rounds = async (count: number) => {
  const target = kubernetes.counts.GET + count;
  await until(() => kubernetes.counts.GET >= target, `${count} more rounds`);
};
const published = () => kubernetes.configMap?.data["boot-0"];
const metric = (name: string, value: string | number) =>
  until(async () => (await agent.metrics()).includes(`\n${name}{pod="boot-0"} ${value}\n`), `${name} is ${value}`);

describe("with a stub node and a stub Kubernetes API, the agent", () => {
  test("publishes the record once it announces the address, and tells so", async () => {
    await start();
    await until(() => published() === announced, "published");
    await until(() => kubernetes.events.length > 0, "event");
    await rounds(3);
    expect(kubernetes.counts).toMatchObject({ PATCH: 1, POST: 1 });
    expect(kubernetes.events[0]).toMatchObject({
      type: "Normal",
      reason: "EnrPublished",
      message: "published the record of boot-0 in the ConfigMap boot-enr: 10.96.7.7:40400",
      involvedObject: { kind: "Pod", name: "boot-0", namespace: "net", uid: "uid-1" },
    });
    expect(agent.log).toContainEqual(
      expect.objectContaining({ level: "info", reason: "EnrPublished", pod: "boot-0", enr: announced }),
    );
    const text = (await agent.metrics()).replace(/ \d{10}\n/, " <now>\n");
    expect(text.split("\n").filter(line => !line.startsWith("# HELP"))).toEqual([
      "# TYPE rollup_network_enr_published gauge",
      'rollup_network_enr_published{pod="boot-0"} 1',
      "# TYPE rollup_network_enr_matches_published gauge",
      'rollup_network_enr_matches_published{pod="boot-0"} 1',
      "# TYPE rollup_network_enr_announced gauge",
      'rollup_network_enr_announced{pod="boot-0"} 1',
      "# TYPE rollup_network_node_standby gauge",
      'rollup_network_node_standby{pod="boot-0"} 0',
      "# TYPE rollup_network_p2p_peers gauge",
      'rollup_network_p2p_peers{pod="boot-0"} 2',
      "# TYPE rollup_network_agent_last_success_timestamp_seconds gauge",
      'rollup_network_agent_last_success_timestamp_seconds{pod="boot-0"} <now>',
      "",
    ]);
    expect(await agent.metrics("/healthz")).toBe("ok\n");
  });

  test.each([
    ["address", record("10.244.0.77"), "the record announces 10.244.0.77:40400, expected 10.96.7.7:40400"],
    ["port", record("10.96.7.7", { port: 40401 }), "the record announces 10.96.7.7:40401, expected 10.96.7.7:40400"],
  ])("never publishes a record with another %s", async (_, live, reason) => {
    node.results.bootstrap_getEncodedEnr = live;
    await start();
    await until(() => kubernetes.events.length > 0, "event");
    await rounds(3);
    expect(kubernetes.events).toMatchObject([
      { type: "Warning", reason: "EnrNotAnnounced", message: expect.stringContaining(reason) },
    ]);
    expect(kubernetes.counts.PATCH).toBe(0);
    expect(await agent.metrics()).toContain('rollup_network_enr_announced{pod="boot-0"} 0');
    expect(await agent.metrics()).not.toContain("rollup_network_enr_matches_published");
    node.results.bootstrap_getEncodedEnr = announced;
    await until(() => published() === announced, "published when it announces the address");
  });

  test("compares key, address and ports, never the text", async () => {
    const later = record("10.96.7.7", { seq: 9n, ver: "2" });
    kubernetes.write({ "boot-0": announced });
    node.results.bootstrap_getEncodedEnr = later;
    await start();
    await until(() => agent.logged("info", "has the key, address and ports of the published one"), "compared");
    await metric("rollup_network_enr_matches_published", 1);
    expect(published()).toBe(announced);
    expect(kubernetes.counts).toMatchObject({ PATCH: 0, POST: 0 });
  });

  test("reports drift once with the way to publish anew, and its end", async () => {
    kubernetes.write({ "boot-0": announced });
    node.results.bootstrap_getEncodedEnr = drifted;
    await start();
    await metric("rollup_network_enr_matches_published", 0);
    await rounds(3);
    expect(kubernetes.events).toMatchObject([{ type: "Warning", reason: "EnrDrift" }]);
    const message = kubernetes.events[0]?.message;
    expect(message).toContain("the address is 10.244.0.77:40400, published 10.96.7.7:40400");
    expect(message).toContain("kubectl -n net patch configmap boot-enr --type=merge -p 'data: {boot-0: null}'");
    expect(agent.log).toContainEqual(expect.objectContaining({ level: "warn", reason: "EnrDrift", msg: message }));
    node.results.bootstrap_getEncodedEnr = announced;
    await until(() => kubernetes.reasons().includes("EnrRestored"), "restored");
    await metric("rollup_network_enr_matches_published", 1);
    expect(kubernetes.reasons()).toEqual(["EnrDrift", "EnrRestored"]);
    expect(published()).toBe(announced);
  });

  test.each([
    ["another key", createBootstrapIdentity({ l1ChainId: 1, ip: "10.96.7.7", port: 40400 }).enr, "the key is"],
    ["no record at all", "enr:oops", "the published text is not an enr"],
  ])("reports drift when %s is published", async (_, text, reason) => {
    kubernetes.write({ "boot-0": text });
    await start();
    await until(() => kubernetes.events.length > 0, "event");
    expect(kubernetes.events[0]).toMatchObject({ reason: "EnrDrift", message: expect.stringContaining(reason) });
    expect(published()).toBe(text);
  });

  test("publishes anew after an operator removed the key", async () => {
    kubernetes.write({ "boot-0": drifted, "boot-1": "other" });
    await start();
    await until(() => kubernetes.reasons().includes("EnrDrift"), "drift");
    kubernetes.configMap = { version: 7, data: { "boot-1": "other" } };
    await until(() => published() === announced, "published anew");
    await until(() => kubernetes.events.length === 2, "second event");
    expect(kubernetes.reasons()).toEqual(["EnrDrift", "EnrPublished"]);
    expect(kubernetes.configMap?.data["boot-1"]).toBe("other");
  });

  test("leaves the ConfigMap to a writer that came between, and tries again", async () => {
    kubernetes.afterRead = () => {
      kubernetes.write({ "boot-1": "from the other pod" });
      kubernetes.afterRead = () => {};
    };
    await start();
    await until(() => published() === announced, "published");
    expect(kubernetes.counts).toMatchObject({ PATCH: 2, conflicts: 1 });
    expect(kubernetes.configMap?.data["boot-1"]).toBe("from the other pod");
    expect(agent.logged("info", "changed by another writer")).toBe(true);
  });

  test.each([
    [
      "GET",
      "may not get the configmap net/boot-enr: " +
        "give the pod's ServiceAccount a Role with get and patch on configmaps, " +
        'resourceNames ["boot-enr"]',
    ],
    ["PATCH", "may not patch the configmap net/boot-enr"],
  ])("names the permission that is missing for %s, once, and goes on", async (method, message) => {
    kubernetes.denied.add(method);
    await start();
    await until(() => agent.logged("error", message), "logged");
    await rounds(3);
    expect(agent.log.filter(({ level }) => level === "error")).toHaveLength(1);
    await metric("rollup_network_enr_published", 0);
    await metric("rollup_network_agent_last_success_timestamp_seconds", 0);
    kubernetes.denied.clear();
    await until(() => published() === announced, "published");
  });

  test("publishes although it may not create events, and says so", async () => {
    kubernetes.denied.add("POST");
    await start();
    await until(() => agent.logged("error", "may not create events in the namespace net"), "logged");
    expect(published()).toBe(announced);
  });

  test("names the ConfigMap that does not exist, and finds it later", async () => {
    kubernetes.configMap = undefined;
    await start();
    await until(() => agent.logged("error", "the configmap net/boot-enr does not exist: apply the stack"), "logged");
    kubernetes.configMap = { version: 1, data: {} };
    await until(() => published() === announced, "published");
  });

  test("says when its token is not there", async () => {
    await start({ AGENT_TOKEN_FILE: join(folder, "none") });
    await until(() => agent.logged("error", "mount the ServiceAccount's token into the container"), "logged");
  });

  test("reads the token anew when it rotates", async () => {
    await start();
    await until(() => published() === announced, "published");
    kubernetes.token = "second";
    await until(() => agent.logged("error", "does not accept the token"), "refused");
    writeFileSync(tokenFile, "second");
    await until(() => agent.logged("info", "record: works again"), "works again");
  });

  test.each([
    [null, "bootstrap_getEncodedEnr answered null, expected an ENR"],
    [new Error("not started"), "bootstrap_getEncodedEnr failed: not started"],
    ["enr:AAAA", "not an enr"],
  ])("waits while the node has no record to give (%j)", async (result, message) => {
    node.results.bootstrap_getEncodedEnr = result;
    await start();
    await until(() => agent.logged("error", message), "logged");
    expect(kubernetes.counts.GET).toBe(0);
    await metric("rollup_network_p2p_peers", 2);
    node.results.bootstrap_getEncodedEnr = announced;
    await until(() => published() === announced, "published");
  });

  test("forgets peers and verdict while the node does not tell", async () => {
    await start();
    await metric("rollup_network_enr_matches_published", 1);
    const refusal = new Error("busy");
    node.results = { bootstrap_getEncodedEnr: refusal, bootstrap_getRoutingTable: refusal };
    await until(async () => !/peers|matches|announced/.test((await agent.metrics()).replace(/^#.*$/gm, "")), "absent");
    expect(await agent.metrics()).toContain('rollup_network_enr_published{pod="boot-0"} 1');
  });

  test("finds out an announced host, or leaves a public address to the node", async () => {
    await start({ AGENT_ANNOUNCED_ADDRESSES: "", AGENT_ANNOUNCED_HOST: "localhost" });
    await until(() => agent.logged("warn", "expected 127.0.0.1:40400"), "compared");
    node.results.bootstrap_getEncodedEnr = record("127.0.0.1");
    await until(() => published() === record("127.0.0.1"), "published");
    await agent.stop();
    node.results.bootstrap_getEncodedEnr = record("203.0.113.9");
    kubernetes.configMap = { version: 1, data: {} };
    await start({ AGENT_ANNOUNCED_ADDRESSES: "" });
    await until(() => published() === record("203.0.113.9"), "published");
  });

  test("says why a node does not serve that cannot find out its public address, and only then", async () => {
    const silent = { AGENT_RPC_URL: "http://127.0.0.1:1", AGENT_ANNOUNCED_ADDRESSES: "" };
    const reason = "this pod cannot reach any service that says it: GET http://127.0.0.1:2/";
    await start({ ...silent, AGENT_PUBLIC_ADDRESS_URLS: "http://127.0.0.1:2/" });
    await until(() => agent.logged("error", reason), "told");
    await agent.stop();
    const service = new Stub((_, response) => response.end("203.0.113.9"));
    await start({ ...silent, AGENT_PUBLIC_ADDRESS_URLS: `http://127.0.0.1:2/ ${await service.start()}/` });
    await until(() => agent.logged("error", "record: "), "told");
    service.stop();
    expect(agent.logged("error", "ECONNREFUSED")).toBe(true);
    expect(agent.logged("error", "this pod cannot reach")).toBe(false);
  });

  test("announces the address of its ordinal", async () => {
    node.results.bootstrap_getEncodedEnr = record("10.96.7.8");
    await start({ POD_NAME: "boot-1", AGENT_ANNOUNCED_ADDRESSES: "10.96.7.7 10.96.7.8" });
    await until(() => kubernetes.configMap?.data["boot-1"] === record("10.96.7.8"), "published");
    await agent.stop();
    await start({
      POD_NAME: "boot-1",
      AGENT_ANNOUNCED_ADDRESSES: "",
      AGENT_ANNOUNCED_HOST: "boot-p2p.net.svc.invalid",
    });
    await until(
      () => agent.logged("error", "cannot resolve boot-1-p2p.net.svc.invalid"),
      "asked for the Service of its own",
    );
  });

  test("never publishes over a record that was made beforehand, and names the remedy that fits it", async () => {
    await start({ AGENT_RECORD_KNOWN: "true" });
    await rounds(3);
    expect(kubernetes.counts.PATCH).toBe(0);
    kubernetes.configMap = { version: 1, data: { "boot-0": record("10.96.7.9") } };
    await until(() => kubernetes.events.length > 0, "event");
    expect(kubernetes.events[0]).toMatchObject({
      reason: "EnrDrift",
      message: expect.stringContaining("put the ENR of the new key into identity.enrs"),
    });
    expect(JSON.stringify(kubernetes.events)).not.toContain("kubectl");
  });

  test("without a ConfigMap counts peers and asks nothing else", async () => {
    await start({ AGENT_CONFIG_MAP: "", POD_NAMESPACE: "", AGENT_KUBE_URL: "", AGENT_PEERS_METHOD: "p2p_getPeers" });
    await until(async () => (await agent.metrics()).includes("p2p_peers"), "first round");
    expect((await agent.metrics()).match(/^rollup_network_(?!agent).*$/gm)).toEqual([
      'rollup_network_node_standby{pod="boot-0"} 0',
      'rollup_network_p2p_peers{pod="boot-0"} 3',
    ]);
    expect(kubernetes.counts).toEqual({ GET: 0, PATCH: 0, POST: 0, conflicts: 0 });
  });

  test("a node in standby is called that, and is no failure", async () => {
    node.standby = true;
    await start({ AGENT_CONFIG_MAP: "", AGENT_PEERS_METHOD: "aztec_getPeers" });
    await until(async () => (await agent.metrics()).includes("node_standby"), "first round");
    expect((await agent.metrics()).match(/^rollup_network_(?!agent).*$/gm)).toEqual([
      'rollup_network_node_standby{pod="boot-0"} 1',
    ]);
    expect(await agent.metrics()).toMatch(/last_success_timestamp_seconds\S* [1-9]/);
    expect(agent.log.filter(({ level }) => level === "error")).toEqual([]);
    node.standby = false;
    node.results.aztec_getPeers = [1];
    await until(async () => (await agent.metrics()).includes('p2p_peers{pod="boot-0"} 1'), "peers");
    expect(await agent.metrics()).toContain('node_standby{pod="boot-0"} 0');
  });

  test("says whether the node read its network's configuration", async () => {
    const file = join(folder, "status");
    await start({ AGENT_NETWORK_STATUS_FILE: file });
    await until(async () => (await agent.metrics()).includes("p2p_peers"), "first round");
    expect(await agent.metrics()).not.toContain("config_served");
    writeFileSync(file, "unread");
    await until(async () => (await agent.metrics()).includes('config_served{pod="boot-0"} 0'), "unread");
    writeFileSync(file, "served");
    await until(async () => (await agent.metrics()).includes('config_served{pod="boot-0"} 1'), "served");
  });

  test("ends within a second on SIGTERM, also while the node does not answer", async () => {
    node.results = {};
    await start();
    await until(() => node.asked > 0, "asked");
    const begin = performance.now();
    expect(await agent.stop()).toBe(0);
    expect(performance.now() - begin).toBeLessThan(1_000);
    expect(agent.logged("info", "stopping on SIGTERM")).toBe(true);
  });

  test("refuses a wrong configuration at start, naming everything", async () => {
    launch({
      POD_NAME: "",
      POD_UID: "",
      AGENT_RPC_URL: "boot:8080",
      AGENT_PORT: "70000",
      AGENT_INTERVAL_SECONDS: "often",
      AGENT_ANNOUNCED_ADDRESSES: "10.96.7",
      AGENT_ANNOUNCED_HOST: "boot",
      AGENT_ANNOUNCED_PORT: "",
      AGENT_KUBE_URL: "http://10.0.0.1",
    });
    expect(await agent.exit).toBe(1);
    expect(agent.log.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      "error POD_NAME is not set",
      'error AGENT_RPC_URL is "boot:8080": must be an http or https URL',
      'error AGENT_PORT is "70000": must be an integer from 0 to 65535',
      'error AGENT_INTERVAL_SECONDS is "often": must be a number from 0.05 to 3600',
      "error AGENT_ANNOUNCED_HOST and AGENT_ANNOUNCED_ADDRESSES are both set: keep one",
      'error AGENT_ANNOUNCED_ADDRESSES is "10.96.7": must have an IPv4 address for pod ',
      'error AGENT_KUBE_URL is "http://10.0.0.1/": must be https, or the token would travel in clear text',
      "error POD_UID is not set",
      "error AGENT_ANNOUNCED_PORT is not set: must be an integer from 1 to 65535",
    ]);
  });
});
