import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evNodeConfig } from "../../../constructs/sequencer/member/ev-node-config";
import { SINGLE } from "../../../constructs/sequencer/single/engine";
import { OPTIONS, SIGNING_ADDRESSES, SUBMIT } from "../../constructs/sequencer/member/all-options";
import { flagsOf } from "../../constructs/sequencer/member/ev-node-help";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";

const RECORDED = "__tests__/constructs/sequencer/member/ev-node-flags.txt";
const FIRST = Number(process.env.LOOPBACK_PORTS ?? 21_900);
const [RPC, METRICS, P2P, DA, COLLECTOR] = [FIRST, FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 4];

/** ev-node takes a variable `NODE`, as npm sets it, for all of `node` in its configuration. */
const { NODE: _, ...ENV } = process.env;

const root = mkdtempSync(join(tmpdir(), "options-"));
const children: ChildProcess[] = [];
let bin: string;
beforeAll(async () => {
  const build = join(__dirname, "evnode", "build.sh");
  bin = (await run(["sh", build])).stdout.trim();
}, 900_000);
afterEach(() => Promise.all(children.splice(0).map(end)));
afterAll(() => rmSync(root, { recursive: true }));

test("the flags on record are those of the program", async () => {
  const { stdout } = await run([join(bin, "testapp"), "start", "--help"]);
  const flags = flagsOf(stdout).filter(line => !line.startsWith("kv-endpoint "));
  expect(flags).toEqual(readFileSync(RECORDED, "utf8").trim().split("\n"));
}, 60_000);

test("a lazy chain makes a block an interval, and stops when the DA takes none", async () => {
  start("da", "local-da", "-port", `${DA}`, "-block-time", "1s");
  await until("the DA answers", 30, () => fetch(`http://127.0.0.1:${DA}`).then(() => true), 0.2);
  const home = await homeOf("lazy", { lazyInterval: "2s", maxPendingBlocks: 12 });
  const node = start("lazy", "testapp", "start", ...home, "--evnode.log.trace");
  await until("blocks are made", 60, async () => (await height()) >= 2, 0.2);
  const [first, began] = [await height(), Date.now()];
  await until("further blocks are made", 60, async () => (await height()) >= first + 3, 0.1);
  // At a block time of 200 ms there would be dozens.
  expect(Date.now() - began).toBeGreaterThan(4000);

  const namespaces = await ask("ConfigService/GetNamespace");
  const hashed = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 20);
  expect(namespaces.headerNamespace.endsWith(hashed("rollup"))).toBe(true);
  expect(namespaces.dataNamespace.endsWith(hashed("rollup-data"))).toBe(true);
  // Text, and debug.
  expect(log("lazy")).toMatch(/DBG .*component/);

  await end(children[0] as ChildProcess);
  await until("the cap is reached", 90, async () => log("lazy").includes("pending limit reached"), 0.5);
  expect(node.exitCode).toBeNull();
}, 240_000);

test("submissions say who signs, and what they may cost", async () => {
  const submitted: Record<string, unknown>[] = [];
  const { createServer } = await import("node:http");
  const da = createServer((request, response) => {
    let body = "";
    request.on("data", part => {
      body += part;
    });
    request.on("end", () => {
      const { id, method, params } = JSON.parse(body || "{}");
      if (method === "blob.Submit") submitted.push(params[1]);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: method === "blob.Submit" ? 1 : {} }));
    });
  }).listen(DA, "127.0.0.1");
  try {
    start("key", "testapp", "start", ...(await homeOf("key", {})));
    await until("a blob is submitted", 60, async () => submitted.length > 0, 0.2);
    expect(submitted[0]).toEqual(SUBMIT);
    await Promise.all(children.splice(0).map(end));
    submitted.length = 0;
    start("account", "testapp", "start", ...(await homeOf("account", {}, { signingAddresses: SIGNING_ADDRESSES })));
    await until("a blob is submitted", 60, async () => submitted.length > 0, 0.2);
    expect(submitted[0]).toMatchObject({ signer_address: SIGNING_ADDRESSES[0] });
  } finally {
    da.closeAllConnections();
    da.close();
  }
}, 240_000);

test("traces reach the collector at its path for traces", async () => {
  const sent: (string | undefined)[] = [];
  const { createServer } = await import("node:http");
  const collector = createServer((request, response) => {
    sent.push(request.url);
    request.resume().on("end", () => response.end());
  }).listen(COLLECTOR, "127.0.0.1");
  try {
    start("da", "local-da", "-port", `${DA}`, "-block-time", "1s");
    const tracing = { endpoint: `http://127.0.0.1:${COLLECTOR}/`, sampleRate: 1 };
    start("traced", "testapp", "start", ...(await homeOf("traced", { tracing })));
    await until("traces arrive", 60, async () => sent.length > 0, 0.2);
    expect(new Set(sent)).toEqual(new Set(["/v1/traces"]));
  } finally {
    collector.closeAllConnections();
    collector.close();
  }
}, 240_000);

/** Keys and configuration of a node, as the package writes it; the arguments that its start script adds. */
async function homeOf(name: string, more: object, da: object = OPTIONS.da): Promise<string[]> {
  const home = join(root, name);
  const passphrase = join(root, `${name}-passphrase`);
  writeFileSync(passphrase, "secret");
  const secret = `--evnode.signer.passphrase_file=${passphrase}`;
  await run([join(bin, "testapp"), "init", "--home", home, "--chain_id", name, secret]);
  const signer = join(root, `${name}-signer`);
  mkdirSync(signer);
  cpSync(join(home, "config", "signer.json"), join(signer, "signer.json"));
  const { log } = OPTIONS;
  const text = evNodeConfig({
    node: SINGLE.node,
    blockTimeMs: 200,
    da: { endpoints: [], namespace: "rollup", blockTime: "1s", ...da },
    daAddress: `http://127.0.0.1:${DA}`,
    signer: { kind: "file", secret: "unused" },
    options: { log, ...more },
  });
  writeFileSync(join(home, "config", "evnode.yaml"), text);
  return [
    ...["--home", home, secret, `--evnode.signer.signer_path=${signer}`],
    `--evnode.rpc.address=127.0.0.1:${RPC}`,
    `--evnode.instrumentation.prometheus_listen_addr=127.0.0.1:${METRICS}`,
    `--evnode.p2p.listen_address=/ip4/127.0.0.1/tcp/${P2P}`,
  ];
}

function start(name: string, program: string, ...args: string[]): ChildProcess {
  const out = openSync(join(root, `${name}.log`), "w");
  const child = spawn(join(bin, program), args, { stdio: ["ignore", out, out], env: ENV });
  children.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const log = (name: string) => readFileSync(join(root, `${name}.log`), "utf8");

async function ask(call: string) {
  const answer = await fetch(`http://127.0.0.1:${RPC}/evnode.v1.${call}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(2000),
  });
  return JSON.parse(await answer.text());
}

const height = async () => Number((await ask("StoreService/GetState")).state.lastBlockHeight);
