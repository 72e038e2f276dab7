import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createProgram } from "../../../cli/program";
import { throwing } from "../throwing";

/** A folder with values, a kubeconfig and a stub of kubectl; the stub's cluster is a folder in it. */
export const dir = mkdtempSync(join(tmpdir(), "stub-cluster-"));
const stub = join(dir, "cluster");
const servers: Server[] = [];

/** Objects and members' HTTP, as JSON that tests change by path. */
// biome-ignore lint/suspicious/noExplicitAny: by path
export type Cluster = any;
export type Mode = "raft" | "lease" | "single" | "conductor";

/** In place of an answer: a chain with a block every 100 ms. */
const CLOCK = "a clock";

/** Another chain of the same heights. */
export const FORK = "another clock";

function newestBlock(chain: string): string {
  const height = Math.floor(Date.now() / 100);
  return JSON.stringify({ block: { header: { header: { height: String(height), appHash: `${chain} ${height}` } } } });
}

/** Puts the stub on the PATH, and a server for each of three members in place. */
export async function startStub(): Promise<void> {
  const bin = join(dir, "bin");
  mkdirSync(bin);
  copyFileSync(join(__dirname, "kubectl-stub.sh"), join(bin, "kubectl"));
  chmodSync(join(bin, "kubectl"), 0o755);
  for (const file of ["config", "ca.crt"]) writeFileSync(join(dir, file), "");
  Object.assign(process.env, { PATH: `${bin}${delimiter}${process.env.PATH}`, KUBECTL_STUB: stub });
  for (const member of ["seq-0", "seq-1", "seq-2"]) {
    const server = createServer(async (request, response) => {
      const { url = "", socket, method } = request;
      if (url === "/" && method === "POST") {
        const text = answerRpc(member, (await request.toArray()).join(""));
        if (text) response.end(text);
        else socket.destroy();
        return;
      }
      const [status, text] = JSON.parse(readFileSync(join(stub, "http"), "utf8"))[member]?.[url] ?? [];
      if (status) response.writeHead(status).end(text === CLOCK || text === FORK ? newestBlock(text) : text);
      else socket.destroy();
    });
    await new Promise<void>(ready => server.listen(0, "127.0.0.1", ready));
    servers.push(server);
  }
}

export function removeStub(): void {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true });
}

/** Writes `<name>.yaml` from an example, in a namespace of that name. */
export function environment(name: string, example: string, more = ""): void {
  const values = join(dir, "values");
  mkdirSync(values, { recursive: true });
  const text = readFileSync(join("examples", "sequencer", `${example}.yaml`), "utf8");
  const cluster = more.includes("cluster:") ? "" : `cluster: { kubeconfig: ${join(dir, "config")} }\n`;
  writeFileSync(
    join(values, `${name}.yaml`),
    `${text.replace(/namespace: seq-.*/, `namespace: ${name}`)}${cluster}${more}`,
  );
  for (const file of ["genesis.json", "op-stack-genesis.json", "op-stack-rollup.json"])
    copyFileSync(join("examples", "sequencer", file), join(values, file));
}

/** A healthy sequencer led by its first member. */
export function healthy(mode: Mode): Cluster {
  const count = { raft: 3, lease: 2, single: 1, conductor: 3 }[mode];
  const names = Array.from({ length: count }, (_, i) => `seq-${i}`);
  const proxy = {
    kind: "Deployment",
    metadata: meta("seq-proxy"),
    spec: { replicas: 2 },
    status: { readyReplicas: 2 },
  };
  return {
    objects: {
      "statefulset/seq": { kind: "StatefulSet", metadata: meta("seq"), spec: { replicas: count } },
      ...(mode !== "single" && { "deployment/seq-proxy": proxy }),
      ...(mode === "lease" && { "lease/seq": lease("seq-0", 4) }),
      ...Object.fromEntries(names.map((name, i) => [`pod/${name}`, pod(name, `node${i + 1}`)])),
    },
    http: led("seq-0", names),
    ...(mode === "conductor" && { rpc: conducted("seq-0", names) }),
  };
}

/** Hash of the newest block of a member. */
export const hashOf = (member: number) => `0x${String(member + 1).repeat(64)}`;

/** What op-conductors and op-nodes answer, by method. */
export function conducted(leader: string, names: readonly string[]): Cluster {
  const servers = names.map(id => ({ id, addr: `${id}.seq-headless:50050`, suffrage: 0 }));
  const common = {
    conductor_sequencerHealthy: true,
    conductor_paused: false,
    conductor_leaderOverridden: false,
    conductor_clusterMembership: { servers, version: 0 },
    conductor_leaderWithID: { id: leader },
    admin_sequencerActive: false,
  };
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      {
        ...common,
        conductor_leader: name === leader,
        admin_sequencerActive: name === leader,
        optimism_syncStatus: {
          unsafe_l2: { number: 120 - 5 * i, hash: hashOf(i) },
          current_l1: { number: 9 },
          head_l1: { number: 9 },
        },
        blocks: Object.fromEntries(names.map((_, j) => [`0x${(120 - 5 * j).toString(16)}`, { hash: hashOf(j) }])),
      },
    ]),
  );
}

/** What a method that changes something makes of the answers of all members; it answers with null. */
const CHANGES: Readonly<Record<string, (rpc: Cluster, member: string, params: readonly unknown[]) => void>> = {
  conductor_pause: (rpc, member) => (rpc[member].conductor_paused = true),
  conductor_resume: (rpc, member) => (rpc[member].conductor_paused = false),
  conductor_overrideLeader: (rpc, member, [on]) => (rpc[member].conductor_leaderOverridden = on),
  conductor_transferLeader: (rpc, member) => {
    const [next = ""] = Object.keys(rpc).filter(name => name !== member);
    rpc[member].conductor_leader = false;
    rpc[next].conductor_leader = true;
  },
  conductor_removeServer: (rpc, _, [id]) => {
    for (const each of Object.values<Cluster>(rpc)) {
      const membership = each.conductor_clusterMembership;
      membership.servers = membership.servers.filter((server: { id: string }) => server.id !== id);
    }
  },
  conductor_transferLeaderToServer: (rpc, _, [id]) => {
    for (const [name, each] of Object.entries<Cluster>(rpc)) each.conductor_leader = name === id;
  },
  admin_overrideLeader: () => {},
  admin_startSequencer: (rpc, member) => (rpc[member].optimism_syncStatus.unsafe_l2.number += 1),
};

/** The block at a height of a chain with one every 100 ms, for a member that is so many behind. */
function tick(at: unknown, behind: number): object {
  const height = at === "latest" ? Math.floor(Date.now() / 100) - behind : Number(at);
  return { number: `0x${height.toString(16)}`, hash: `0x${height.toString(16).padStart(64, "0")}` };
}

/** Answers a body of JSON-RPC for a member, by method with what is there `instead`; undefined where it has no RPC. */
function answerRpc(member: string, body: string): string | undefined {
  const file = join(stub, "rpc");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "{}";
  const rpc: Cluster = JSON.parse(before);
  if (!rpc[member]) return undefined;
  const one = ({ id, method, params }: { id: number; method: string; params: readonly unknown[] }) => {
    if (rpc[member].instead?.[method]) return { id, ...rpc[member].instead[method] };
    if (CHANGES[method]) {
      appendFileSync(join(stub, "changes"), `${member} ${method} ${params.join(" ")}\n`);
      CHANGES[method](rpc, member, params);
      return { id, result: null };
    }
    if (method === "eth_getBlockByNumber" && rpc[member].behind !== undefined)
      return { id, result: tick(params[0], rpc[member].behind) };
    if (method === "eth_getBlockByNumber") return { id, result: rpc[member].blocks[`${params[0]}`] ?? null };
    if (rpc[member].makesBlocks && method === "optimism_syncStatus") rpc[member][method].unsafe_l2.number++;
    return method in rpc[member] ? { id, result: rpc[member][method] } : { id, error: { message: "not found" } };
  };
  const question = JSON.parse(body);
  const answer = Array.isArray(question) ? question.map(one) : one(question);
  const after = JSON.stringify(rpc);
  if (after !== before) writeFileSync(file, after);
  return JSON.stringify(answer);
}

/** The calls that changed something, as `seq-0 conductor_pause`. */
export function changes(): string[] {
  const file = join(stub, "changes");
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map(line => line.trim())
    : [];
}

const meta = (name: string) => ({ name, uid: `uid-${name}` });

export function lease(holderIdentity: string, leaseTransitions: number, annotations: object = {}) {
  const spec = { holderIdentity, leaseTransitions, leaseDurationSeconds: 1, renewTime: new Date().toISOString() };
  return { kind: "Lease", metadata: { ...meta("seq"), annotations }, spec };
}

/** What members say of themselves. */
export function led(leader: string, names: readonly string[]): Cluster {
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      {
        "/metrics": [
          200,
          `evnode_sequencer_height{chain_id="test"} ${120 - 5 * i}\n` +
            `op_node_default_refs_number{layer="l2",type="l2_unsafe"} ${120 - 5 * i}\n`,
        ],
        "/raft/node": [200, JSON.stringify({ is_leader: name === leader })],
        "/leader": [name === leader ? 200 : 503, ""],
        "/evnode.v1.StoreService/GetBlock": [200, CLOCK],
      },
    ]),
  );
}

export function pod(name: string, nodeName: string, uid = `uid-${name}`) {
  const startedAt = new Date(Date.now() - 2 * 86_400_000 - 3_600_000).toISOString();
  const container = { name: "node", restartCount: 1, state: { running: { startedAt } } };
  return {
    kind: "Pod",
    metadata: { name, uid },
    spec: { nodeName },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], containerStatuses: [container] },
  };
}

/** Where the API server says that it listens. */
export const endpoints = (addresses: string[], port = 6443) => ({
  "endpointslice/kubernetes": {
    kind: "EndpointSlice",
    metadata: { name: "kubernetes" },
    addressType: "IPv4",
    ...(addresses.length > 0 && { endpoints: [{ addresses }], ports: [{ name: "https", port, protocol: "TCP" }] }),
  },
});

/**
 * `after` is what a patch, a deletion or an exec makes of it; `said` what an exec prints, and `execs` by pod; `diff`
 * what differs from manifests; `raw` answers by path; `fail` what kubectl says instead, by its verb; `hang` what never
 * ends; `started` what it is once it was stopped and started; `stuck` means that pods do not end.
 */
export function setCluster(
  { objects = {}, http = {}, rpc, fail = {}, hang = [], diff, said, execs = {}, raw = {}, started, stuck }: Cluster,
  after?: Cluster,
): void {
  rmSync(stub, { recursive: true, force: true });
  put(".", {
    objects: { ...endpoints(["10.0.0.5"]), ...objects },
    http,
    ...(rpc && { rpc }),
    ...(diff && { diff }),
    ...(said && { said }),
  });
  if (after) put("after", after);
  put("execs", execs);
  if (stuck) put(".", { stuck: "" });
  if (started) {
    const { execs: ls, ...rest } = started;
    put("started", rest);
    put("started/execs", ls);
  }
  for (const [path, answer] of Object.entries(raw)) put("raw", { [path]: answer });
  for (const [verb, text] of Object.entries(fail)) put("fail", { [verb]: text });
  for (const verb of hang) put("hang", { [verb]: "" });
  servers.forEach((server, i) => {
    put("ports", { [`seq-${i}`]: String((server.address() as AddressInfo).port) });
  });
}

/** Puts objects in place while a command runs: each as a whole, since kubectl may be reading it. */
export function changeObjects(objects: Cluster): void {
  put("next", { objects });
  for (const name of Object.keys(objects)) renameSync(join(stub, "next/objects", name), join(stub, "objects", name));
}

/** Has exec and scale be done by a server, too: it gets their words, or the number of replicas. */
export function setHook(address: string): void {
  put(".", { hook: address });
}

/** Puts a port of a member where a program of this machine listens. */
export function forwardTo(member: string, port: number, local: number): void {
  put("ports", { [`${member}:${port}`]: String(local) });
}

function put(folder: string, { objects = {}, ...files }: Cluster): void {
  const named = Object.entries(objects).map(([name, object]) => [join("objects", name), object]);
  for (const [name, content] of [...named, ...Object.entries(files)] as [string, unknown][]) {
    const file = join(stub, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

export interface Call {
  readonly args: readonly string[];
  readonly input: string;
  readonly kubeconfig: string;
}

export function calls(): Call[] {
  if (!existsSync(join(stub, "calls"))) return [];
  const records = readFileSync(join(stub, "calls"), "utf8").split("\x1f\x1e\x1f").slice(0, -1);
  return records.map(record => {
    const words = record.split("\x1f");
    return { args: words.slice(0, -2), input: words.at(-2) ?? "", kubeconfig: words.at(-1) ?? "" };
  });
}

/** Those that change something in the cluster. */
export function writes(): Call[] {
  return calls().filter(({ args }) =>
    args.some(word => ["create", "replace", "patch", "delete", "exec", "scale"].includes(word)),
  );
}

/** Runs a command in this process. */
export async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    jest.spyOn(process[stream], "write").mockImplementation(text => {
      output[stream] += text;
      return true;
    });
  }
  jest.spyOn(console, "log").mockImplementation(text => {
    output.stdout += `${text}\n`;
  });
  jest.spyOn(console, "error").mockImplementation(text => {
    output.stderr += `${text}\n`;
  });
  try {
    await throwing(createProgram()).parseAsync([...args, "--values", join(dir, "values")], { from: "user" });
    return { code: Number(process.exitCode ?? 0), ...output };
  } catch (error) {
    return { code: 1, ...output, stderr: `${output.stderr}${(error as Error).message}` };
  } finally {
    process.exitCode = 0;
    jest.restoreAllMocks();
  }
}

/** Runs a command in a process of its own, as a terminal does. */
export function start(...args: string[]) {
  const words = ["--require", "./tools/ts.cjs", "cli/main.ts", ...args, "--values", join(dir, "values")];
  const child = spawn(process.execPath, words, { env: process.env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", chunk => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>(resolve =>
    child.on("close", code => resolve({ code, stderr })),
  );
  return { child, ended };
}
