import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RaftFiles } from "../../../../constructs/sequencer/conductor/founding/raft-files";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import { run } from "../../driver/run";
import { L1_CHAIN, SIGNER, signerOnL1, type TestChain, testChain } from "./chain";

/** The programs, built once: `op-conductor`, `op-node`, `op-geth`, `opstack-files`, `anvil`. */
export async function programs(): Promise<string> {
  return (await run(["sh", join(__dirname, "build.sh")])).stdout.trim();
}

/** Calls a method of a JSON-RPC server on loopback. */
export async function call<T = string>(port: number, method: string, ...params: unknown[]): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(2000),
  });
  const { result, error } = (await answer.json()) as { result: T; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** First port of the network. Suites that run at the same time use different ones. */
const FIRST = Number(process.env.LOOPBACK_PORTS ?? 20_000);
/** Where meshes of this suite listen: each suite has its own part of loopback's network. */
export const MESHES = `127.${66 + Math.floor(FIRST / 1000)}`;
/** Port of the L1. */
export const L1 = FIRST;
const PORTS = {
  eth: 1,
  engine: 2,
  geth: 3,
  node: 4,
  p2p: 5,
  raft: 6,
  conductor: 7,
  metrics: 8,
  nodeMetrics: 9,
  role: 10,
  gethMetrics: 11,
};
/** Port of a member's program. */
export const port = (member: number, of: keyof typeof PORTS) => FIRST + 100 * member + PORTS[of];

/** Ports of a pod, as this suite has them on loopback for a member by itself. */
const IN_POD: Readonly<Record<number, number>> = {
  7980: L1,
  8545: port(0, "eth"),
  8551: port(0, "engine"),
  9545: port(0, "node"),
  9222: port(0, "p2p"),
  8547: port(0, "conductor"),
  9547: port(0, "node"),
  50050: port(0, "raft"),
  6060: port(0, "gethMetrics"),
  7300: port(0, "nodeMetrics"),
  7301: port(0, "metrics"),
};

/** What a container is told, at the ports of this suite, and at no other address than loopback's. */
export function onLoopback(told: string): string {
  return told.replace(/\b\d{4,5}\b/g, digits => `${IN_POD[Number(digits)] ?? digits}`).replace("0.0.0.0", "127.0.0.1");
}

/** Where raft finds the members of a loopback network of five. */
export const MEMBERS = [0, 1, 2, 3, 4].map(i => ({ id: `seq-${i}`, address: `127.0.0.1:${port(i, "raft")}` }));
/** Those that found it. */
export const VOTERS = MEMBERS.slice(0, 3);

/** Members of an OP Stack sequencer and an L1, on loopback, without a mesh; three unless more are started. */
export class LoopbackNetwork {
  private readonly children = new Map<string, ChildProcess>();
  private readonly keys = MEMBERS.map(createOpNodeKey);
  /** Those that run, by ordinal. */
  private readonly members = new Set<number>();
  private stopped = false;

  private constructor(
    readonly bin: string,
    readonly dir: string,
  ) {}

  /** Starts an L1. */
  static async create(dir: string): Promise<LoopbackNetwork> {
    const network = new LoopbackNetwork(await programs(), dir);
    const options = ["--port", `${L1}`, "--chain-id", `${L1_CHAIN}`, "--hardfork", "prague", "--block-time", "2"];
    network.start("l1", "anvil", ...options, "--silent");
    await network.answers(L1, "eth_chainId");
    await call(L1, "anvil_setStorageAt", ...signerOnL1(SIGNER.address));
    return network;
  }

  /** A chain that begins with the L1. */
  async chain(): Promise<TestChain> {
    const { hash, timestamp } = await call<Record<string, string>>(L1, "eth_getBlockByNumber", "0x0", false);
    return testChain({ number: 0, hash: `${hash}`, timestamp: Number(timestamp) });
  }

  /** Starts everything of three members but the conductors. */
  async startNodes(chain: TestChain): Promise<void> {
    this.prepare(chain);
    await Promise.all(VOTERS.map((_, i) => this.startNode(i)));
  }

  /** Writes what members read of a chain. */
  prepare(chain: TestChain): void {
    const write = (name: string, text: string) => writeFileSync(join(this.dir, name), text);
    write("genesis.json", chain.genesis);
    write("rollup.json", chain.rollup);
    write("l1.json", chain.l1ChainConfig);
    write("jwt", randomBytes(32).toString("hex"));
  }

  /** Starts the execution client and op-node of a member, with what they have on disk. */
  async startNode(i: number): Promise<void> {
    const { dir } = this;
    writeFileSync(join(dir, `key-${i}`), this.keys[i]?.key ?? "");
    const data = [`--datadir=${join(dir, `geth-${i}`)}`, "--state.scheme=hash"];
    await run([join(this.bin, "op-geth"), "init", ...data, join(dir, "genesis.json")]);
    this.start(
      `geth-${i}`,
      "op-geth",
      ...data,
      ...["--nodiscover", "--maxpeers=0", "--ipcdisable", "--syncmode=full", "--gcmode=archive"],
      ...[
        `--port=${port(i, "geth")}`,
        `--authrpc.port=${port(i, "engine")}`,
        `--authrpc.jwtsecret=${join(dir, "jwt")}`,
      ],
      ...["--http", `--http.port=${port(i, "eth")}`, "--http.api=eth,net,web3"],
      ...["--ws", `--ws.port=${port(i, "eth")}`, "--ws.api=eth,net,web3"],
      ...["--metrics", "--metrics.addr=127.0.0.1", `--metrics.port=${port(i, "gethMetrics")}`],
    );
    await this.answers(port(i, "eth"), "eth_chainId");
    await this.startOpNode(i);
    this.members.add(i);
  }

  async startOpNode(i: number): Promise<void> {
    const { dir } = this;
    const peers = this.keys.flatMap(({ peerId }, j) =>
      i === j ? [] : [`/ip4/127.0.0.1/tcp/${port(j, "p2p")}/p2p/${peerId}`],
    );
    this.start(
      `node-${i}`,
      "op-node",
      ...[`--l1=http://127.0.0.1:${L1}`, "--l1.trustrpc", "--l1.beacon.ignore", "--l1.http-poll-interval=2s"],
      ...[`--l2=http://127.0.0.1:${port(i, "engine")}`, `--l2.jwt-secret=${join(dir, "jwt")}`],
      ...[`--rollup.config=${join(dir, "rollup.json")}`, `--rollup.l1-chain-config=${join(dir, "l1.json")}`],
      ...["--rpc.addr=127.0.0.1", `--rpc.port=${port(i, "node")}`, "--rpc.enable-admin"],
      ...["--p2p.listen.ip=127.0.0.1", `--p2p.listen.tcp=${port(i, "p2p")}`, "--p2p.no-discovery", "--p2p.bootnodes=,"],
      ...["--p2p.peerstore.path=memory", "--p2p.discovery.path=memory", `--p2p.priv.path=${join(dir, `key-${i}`)}`],
      ...[`--p2p.static=${peers}`, `--p2p.sequencer.key=${SIGNER.key}`],
      ...["--sequencer.enabled", "--sequencer.l1-confs=0"],
      ...["--conductor.enabled", `--conductor.rpc=http://127.0.0.1:${port(i, "conductor")}`],
      ...["--metrics.enabled", "--metrics.addr=127.0.0.1", `--metrics.port=${port(i, "nodeMetrics")}`],
    );
    await this.answers(port(i, "node"), "optimism_rollupConfig");
  }

  /** Starts the conductors of three members, each with these files in its folder. */
  startConductors(files: RaftFiles): void {
    for (const i of VOTERS.keys()) {
      const folder = this.raftOf(i);
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
      this.startConductor(i);
    }
  }

  /** Starts the conductor of a member with what it has on disk. */
  startConductor(i: number): void {
    const [program = "", ...args] = this.conductorCommand(i);
    this.start(`conductor-${i}`, program, ...args);
  }

  /** What a conductor is started with. */
  conductorCommand(i: number): string[] {
    return [
      "op-conductor",
      ...["--consensus.addr=127.0.0.1", `--consensus.port=${port(i, "raft")}`],
      ...[`--consensus.advertised=127.0.0.1:${port(i, "raft")}`, `--raft.server.id=seq-${i}`],
      ...[`--raft.storage.dir=${dirname(this.raftOf(i))}`],
      // The slowest that there are: nothing is measured here, and five members share a machine with others.
      ...["--raft.heartbeat-timeout=1s", "--raft.lease-timeout=1s"],
      ...[`--node.rpc=http://127.0.0.1:${port(i, "node")}`, `--execution.rpc=http://127.0.0.1:${port(i, "eth")}`],
      ...["--healthcheck.interval=1", "--healthcheck.unsafe-interval=10", "--healthcheck.min-peer-count=1"],
      ...[`--rollup.config=${join(this.dir, "rollup.json")}`],
      ...["--rpc.addr=127.0.0.1", `--rpc.port=${port(i, "conductor")}`, "--rpc.enable-proxy=false"],
      ...["--metrics.enabled", "--metrics.addr=127.0.0.1", `--metrics.port=${port(i, "metrics")}`],
    ];
  }

  /** Where a member has the files of its raft. */
  private raftOf(i: number): string {
    const folder = join(this.dir, `raft-${i}`, `seq-${i}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Ends everything of a member, by default as when its host is lost. */
  async kill(i: number, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.members.delete(i);
    await Promise.all(["conductor", "node", "geth"].map(program => this.end(`${program}-${i}`, signal)));
  }

  runs(i: number): boolean {
    return this.members.has(i);
  }

  /** Empties the volumes of a member that does not run. */
  wipe(i: number): void {
    for (const volume of ["geth", "raft"]) rmSync(join(this.dir, `${volume}-${i}`), { recursive: true, force: true });
  }

  /** The process of a conductor. */
  conductor(i: number): number {
    return this.children.get(`conductor-${i}`)?.pid ?? 0;
  }

  async heights(): Promise<number[]> {
    return (await Promise.all([...this.members].map(i => call(port(i, "eth"), "eth_blockNumber")))).map(Number);
  }

  async hashes(height: number): Promise<string[]> {
    const block = [`0x${height.toString(16)}`, false];
    const blocks = [...this.members].map(i =>
      call<{ hash: string } | null>(port(i, "eth"), "eth_getBlockByNumber", ...block),
    );
    return (await Promise.all(blocks)).map(found => found?.hash ?? "none");
  }

  async leaders(): Promise<number[]> {
    const members = [...this.members];
    const leads = await Promise.all(
      members.map(i => call<boolean>(port(i, "conductor"), "conductor_leader").catch(() => false)),
    );
    return members.filter((_, i) => leads[i]);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.children.keys()].map(name => this.end(name)));
  }

  /** Starts a program, which ends with the network. */
  start(name: string, program: string, ...args: string[]): void {
    const log = openSync(join(this.dir, `${name}.log`), "a");
    this.children.set(name, spawn(join(this.bin, program), args, { stdio: ["ignore", log, log] }));
  }

  /** Kills a program, if it runs. */
  async end(name: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  private async answers(at: number, method: string): Promise<void> {
    for (const end = Date.now() + 180_000; Date.now() < end && !this.stopped; await sleep(100)) {
      if (await call(at, method).then(Boolean, () => false)) return;
    }
    throw new Error(`${method} has no answer at port ${at}: see the logs in ${this.dir}`);
  }
}
