import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { genesisBlock } from "../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../constructs/sequencer/conductor/founding/raft-files";
import { ENGINES } from "../../../constructs/sequencer/engines";
import { defaultsSection, globalSection, section, sections } from "../../../constructs/sequencer/haproxy";
import { sequencerAlerts } from "../../../constructs/sequencer/monitoring/alerts";
import { sequencerDashboard } from "../../../constructs/sequencer/monitoring/dashboard";
import { proxyConfig } from "../../../constructs/sequencer/proxy/config";
import { CONDUCTOR_MESH } from "../../../constructs/sequencer/software/op-stack/mesh";
import { OP_STACK_PORTS as PORTS } from "../../../constructs/sequencer/software/op-stack/ports";
import { scripts } from "../../constructs/run-script";
import { DANGEROUS, smuggled } from "../../constructs/sequencer/software/op-stack/calls";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import { BATCHER, GAME_FACTORY, GAME_FACTORY_CODE, PROPOSER } from "./opstack/chain";
import { call, L1, LoopbackNetwork, port, VOTERS } from "./opstack/loopback";
import { StandInSigner } from "./opstack/stand-in-signer";
import { type Component, LoopbackSubmitters, metricsPort } from "./opstack/submitters";

const MEMBERS = [0, 1, 2];
const root = mkdtempSync(join(tmpdir(), "submitters-"));
const proxies: ReturnType<typeof spawn>[] = [];
let network: LoopbackNetwork;
let submitters: LoopbackSubmitters;
let signer: StandInSigner;

const memberAddress = (i: number) => `127.77.0.${i + 1}`;
const PROXY = "127.77.0.100";
const ETH = `http://${PROXY}:8080`;
const NODE = `http://${PROXY}:8081`;

beforeAll(async () => {
  network = await LoopbackNetwork.create(mkdtempSync(join(root, "network-")));
  const chain = await network.chain();
  await network.startNodes(chain);
  network.startConductors(raftFiles(VOTERS, genesisBlock(readGenesis(chain.genesis)).payload));
  const haproxy = (await run(["sh", join(__dirname, "../haproxy/haproxy.sh")])).stdout.trim();
  await startProxies(haproxy);
  submitters = new LoopbackSubmitters(root, haproxy, chain, { eth: ETH, node: NODE });
  await until("every member has a block", 60, async () => Math.min(...(await network.heights())) > 2, 0.1);
}, 900_000);

afterAll(async () => {
  submitters?.stop();
  signer?.stop();
  for (const proxy of proxies) proxy.kill("SIGKILL");
  await network?.stop();
  rmSync(root, { recursive: true });
});

/** The part of a member's mesh that is asked about it, for each member; and the leader proxy before them. */
async function startProxies(program: string): Promise<void> {
  const start = (name: string, text: string, env: Record<string, string>) => {
    const file = join(root, `${name}.cfg`);
    writeFileSync(file, text);
    proxies.push(spawn(program, ["-W", "-f", file], { env: { PATH: process.env.PATH, ...env }, stdio: "ignore" }));
  };
  for (const i of MEMBERS) {
    const text = sections(
      globalSection(),
      defaultsSection("mode tcp", "timeout client 1h", "timeout server 1h"),
      ...CONDUCTOR_MESH.sections
        .filter(each => !each.startsWith("listen"))
        .map(each =>
          each
            .replace(/^ {2}bind 127.*\n/m, "")
            .replaceAll(`127.0.0.1:${PORTS.node}`, `127.0.0.1:${port(i, "node")}`)
            .replaceAll(`127.0.0.1:${PORTS.conductor}`, `127.0.0.1:${port(i, "conductor")}`),
        ),
      section("listen eth", `bind "\${POD_IP}:${PORTS.rpc}"`, `server eth 127.0.0.1:${port(i, "eth")}`),
    );
    start(`member-${i}`, text, { POD_IP: memberAddress(i) });
  }
  const text = proxyConfig({
    name: "seq",
    members: 3,
    writePort: PORTS.rpc,
    check: { path: "/leader", port: PORTS.role, expect: "200" },
    nodeRpcPort: PORTS.nodeRpc,
    queueSeconds: 10,
  });
  const bound = text.replaceAll("/scripts/", `${scripts()}/`).replace(/^ {2}bind :/gm, `  bind ${PROXY}:`);
  start("proxy", bound, Object.fromEntries(MEMBERS.map(i => [`MEMBER_${i}_ADDRESS`, memberAddress(i)])));
}

/** Asks again where the leader was lost meanwhile: on a busy machine there are elections. */
async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json" };
  return until(
    `an answer of ${url}`,
    60,
    async () => {
      const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(15_000) });
      return answer.status < 500 && { status: answer.status, text: await answer.text() };
    },
    0.1,
  );
}
const ask = async (url: string, method: string, ...params: unknown[]) =>
  JSON.parse((await post(url, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }))).text);

/** A short text of a client, as WebSockets have it: with a mask, which may be of zeros. */
const frame = (text: string) => Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

const WORST = ["admin_stopSequencer", "admin_overrideLeader", "conductor_commitUnsafePayload", "conductor_stop"];
const asCall = (method: string) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });

const OP_SUBMITTERS = [
  { component: "batcher", program: "op-batcher", everySeconds: 300 },
  { component: "proposer", program: "op-proposer", everySeconds: 600 },
];

/** The newest block of the chain that members have read from L1. */
const safeHeads = () =>
  Promise.all(
    MEMBERS.map(async i => {
      const status = await call<{ safe_l2: { number: number } }>(port(i, "node"), "optimism_syncStatus");
      return status.safe_l2.number;
    }),
  );

test("what submitters and clients need is there", async () => {
  expect(await ask(NODE, "conductor_leader")).toMatchObject({ result: true });
  expect(await ask(NODE, "admin_sequencerActive")).toMatchObject({ result: true });
  expect(await ask(NODE, "optimism_syncStatus")).toMatchObject({
    result: { unsafe_l2: { number: expect.any(Number) } },
  });
  expect(await ask(NODE, "optimism_outputAtBlock", "0x1")).toMatchObject({ result: { version: expect.any(String) } });
  expect(await ask(ETH, "eth_blockNumber")).toMatchObject({ result: expect.stringMatching(/^0x/) });
}, 60_000);

test("no dangerous method can be reached from any place, in any disguise, and the chain goes on", async () => {
  const through: string[] = [];
  const places = [NODE, `http://${memberAddress(0)}:${PORTS.nodeRpc}`];
  for (const body of [...DANGEROUS.map(asCall), ...WORST.flatMap(smuggled)]) {
    const answers = await Promise.all(places.map(place => post(place, body)));
    if (answers.some(({ status }) => status < 400)) through.push(body);
  }
  expect(through).toEqual([]);
  const clients = [ETH, `http://${memberAddress(0)}:${PORTS.rpc}`];
  // What the execution client serves; it has no more than its three namespaces there.
  for (const method of DANGEROUS.filter(each => each !== "rpc_modules")) {
    for (const place of clients) expect(await ask(place, method)).toMatchObject({ error: { code: -32601 } });
  }
  for (const i of MEMBERS) expect(await call<boolean>(port(i, "conductor"), "conductor_paused")).toBe(false);
  const height = Math.max(...(await network.heights()));
  await until("blocks go on", 30, async () => Math.min(...(await network.heights())) > height, 0.1);
}, 300_000);

test("a WebSocket hears of new blocks through the proxy, and has no other methods", async () => {
  const said = await until("a block", 120, heard, 0.1);
  expect(said).toContain('"id":2,"error":{"code":-32601');
}, 200_000);

/** What a WebSocket says within ten seconds to a subscription and to a method that it does not have. */
async function heard(): Promise<string | false> {
  const socket = connect(8080, PROXY);
  let said = "";
  socket.on("error", () => {});
  socket.on("data", data => (said += data.toString("latin1")));
  const headers = ["host: a", "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"];
  socket.write(`GET / HTTP/1.1\r\n${headers.join("\r\n")}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await until("the WebSocket", 10, async () => said.includes("101 Switching Protocols"), 0.1).catch(() => false);
  socket.write(frame('{"jsonrpc":"2.0","id":2,"method":"admin_peers","params":[]}'));
  socket.write(frame('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'));
  try {
    await until("a block", 10, async () => said.includes('"method":"eth_subscription"'), 0.1);
    return said;
  } finally {
    socket.destroy();
  }
}

test("op-batcher follows the leader, and all members read its batches from L1", async () => {
  await submitters.start("batcher", inSecret("batcher"), { "private.key": `${BATCHER.key}\n` });
  await until("safe blocks", 120, async () => Math.min(...(await safeHeads())) > 0);
  const leader = await until("a leader", 30, async () => (await network.leaders())[0]?.toString(), 0.1);
  await call(port(Number(leader), "conductor"), "conductor_transferLeader");
  await until("another leads", 60, async () => (await network.leaders()).some(i => `${i}` !== leader), 0.1);
  const height = Math.max(...(await network.heights()));
  await until("blocks of the new leader are safe", 120, async () => Math.min(...(await safeHeads())) > height + 2);
}, 400_000);

test("op-proposer proposes what the leader says of safe blocks", async () => {
  await call(L1, "anvil_setCode", GAME_FACTORY, GAME_FACTORY_CODE);
  await submitters.start("proposer", inSecret("proposer"), { "private.key": `${PROPOSER.key}\n` });
  await until("a proposal", 120, async () => (await proposals()) > 0);
}, 200_000);

test("op-proposer goes on with a signer that asks for its certificate", async () => {
  await submitters.end("proposer");
  const before = await proposals();
  signer = await StandInSigner.start();
  const key = { signer: { endpoint: "https://signer.net.svc:8545", address: PROPOSER.address, tlsSecret: "signer" } };
  await submitters.start("proposer", key, signer.secret, signer.url);
  await until("a proposal", 120, async () => (await proposals()) > before);
  expect(new Set(signer.called)).toEqual(new Set(["health_status", "eth_signTransaction"]));
}, 200_000);

/** A submitter's key in a Secret of its name. */
const inSecret = (component: Component) => ({ secret: component, key: "private.key" });

const proposals = async () => Number(await call(L1, "eth_getTransactionCount", PROPOSER.address, "latest"));

test("every series that alerts and panels read is one of the real programs", async () => {
  const watched = {
    ...{ namespace: "ns", name: "seq", engine: ENGINES.conductor, members: 3, blockTimeMs: 1000 },
    ...{ execution: {}, certificate: false, submitters: OP_SUBMITTERS },
  };
  const texts = [sequencerAlerts(watched, "https://a"), sequencerDashboard(watched)];
  const read = new Set(
    JSON.stringify(texts)
      .replaceAll('\\"', '"')
      .match(/\bop_\w+\{[^}]*\}/g),
  );
  expect(read.size).toBeGreaterThan(12);
  const leader = await until("a leader", 30, async () => (await network.leaders())[0]?.toString(), 0.1);
  await until("one op-node says that it makes blocks", 30, async () => {
    const pages = await Promise.all(MEMBERS.map(i => fetch(`http://127.0.0.1:${port(i, "nodeMetrics")}/metrics`)));
    const texts = await Promise.all(pages.map(page => page.text()));
    return texts.filter(text => /^op_node_default_sequencer_active 1$/m.test(text)).length === 1;
  });
  await network.end(`geth-${leader}`); // its member is unhealthy, and hands over
  const ports = [
    ...MEMBERS.flatMap(i => [port(i, "metrics"), port(i, "nodeMetrics")]),
    ...(["batcher", "proposer"] as const).map(metricsPort),
  ];
  const missing = async () => {
    const pages = await Promise.all(ports.map(async at => (await fetch(`http://127.0.0.1:${at}/metrics`)).text()));
    const series = pages.flatMap(page => page.match(/^op_\w+(\{.*\})? /gm) ?? []);
    return [...read].filter(selector => !series.some(one => matches(one, selector)));
  };
  // Those of what happens only now.
  await until("every series", 90, async () => (await missing()).length === 0).catch(() => undefined);
  expect(await missing()).toEqual([]);
}, 200_000);

/** Whether a series is one of those that a selector reads; both outcomes of what may fail count as one. */
function matches(series: string, selector: string): boolean {
  const [name = "", labels = ""] = selector.split(/[{}]/);
  if (!series.startsWith(`${name}{`) && !series.startsWith(`${name} `)) return false;
  const asked = labels.split(",").filter(each => !each.startsWith("job="));
  return asked.every(each => (each.startsWith("success=") ? series.includes("success=") : series.includes(each)));
}
