import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { gzipSync } from "node:zlib";
import { genesisBlock } from "../../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../../constructs/sequencer/conductor/founding/genesis-file";
import { raftFiles } from "../../../../constructs/sequencer/conductor/founding/raft-files";
import { MESH } from "../../../../constructs/sequencer/mesh/ports";
import { scripts } from "../../../constructs/run-script";
import { run } from "../../driver/run";
import { configOf, podAddress } from "./agents";
import type { TestChain } from "./chain";
import { LoopbackNetwork, MEMBERS, port, VOTERS } from "./loopback";

/**
 * Three members on loopback, whose meshes and op-conductors start by the scripts of their pods: so they found their
 * raft as in a cluster, and take in who is new.
 */
export class Pods {
  private readonly groups = new Map<number, ChildProcess[]>();

  private constructor(
    readonly network: LoopbackNetwork,
    private readonly dir: string,
  ) {}

  static async create(dir: string): Promise<Pods> {
    const network = await LoopbackNetwork.create(dir);
    const chain = await network.chain();
    network.prepare(chain);
    writeSeeds(chain);
    const haproxy = (await run(["sh", join(__dirname, "../../haproxy/haproxy.sh")])).stdout.trim();
    mkdirSync(join(dir, "bin"));
    writeFileSync(join(dir, "bin", "haproxy"), `#!/bin/sh\nexec "${haproxy}" "$@"\n`, { mode: 0o755 });
    for (const i of VOTERS.keys()) writeFileSync(join(dir, `mesh-${i}.cfg`), configOf(i));
    return new Pods(network, dir);
  }

  /** Where a member has its raft: `/data/raft` of its pod. */
  raftOf(i: number): string {
    return join(this.dir, `raft-${i}`);
  }

  /** Starts all that do not run. */
  async start(): Promise<void> {
    await Promise.all([...VOTERS.keys()].filter(i => !this.groups.has(i)).map(i => this.startOne(i)));
  }

  /** Ends all, as when their pods are deleted: an execution client that is killed loses its newest blocks. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.groups].map(async ([i, group]) => {
        this.groups.delete(i);
        await Promise.all(group.map(endGroup));
        await this.network.kill(i, "SIGTERM");
      }),
    );
  }

  private async startOne(i: number): Promise<void> {
    const { network, dir } = this;
    const runDir = mkdtempSync(join(dir, `run-${i}-`)); // is empty in a new pod
    const addresses = Object.fromEntries(MEMBERS.map((_, j) => [`MEMBER_${j}_ADDRESS`, podAddress(j)]));
    const own = { POD_NAME: `seq-${i}`, POD_IP: podAddress(i), RUN_DIR: runDir };
    const mesh = { ...own, ...addresses, MESH_CONFIG: join(dir, `mesh-${i}.cfg`), MESH_RAFT: "yes" };
    const group = [this.spawn(`mesh-${i}`, mesh, "start-mesh.sh")];
    this.groups.set(i, group);
    await network.startNode(i);
    const conductor = {
      ...own,
      RAFT_DIRECTORY: this.raftOf(i),
      RAFT_PORT: "0",
      HEADLESS: "nowhere",
      MEMBER_ALIAS: "127.0.0.1",
      NODE_PORT: `${port(i, "node")}`,
      RPC_PORT: `${port(i, "eth")}`,
      CONDUCTOR_PORT: `${port(i, "conductor")}`,
      MESH_PORT: `${MESH.metricsPort}`,
      MESH_RAFT_PORT: `${MESH.raftPort}`,
      ROLE_PORT: `${port(i, "role")}`,
      MEMBERS: VOTERS.map(({ id, address }) => `${id}=${address}`).join(" "),
    };
    const [program = "", ...args] = network.conductorCommand(i);
    const command = [join(network.bin, program), ...args].map(word => `'${word}'`).join(" ");
    // Without what the script adds: addresses are others on loopback.
    group.push(this.spawn(`start-${i}`, conductor, "start-conductor.sh", "sh", "-c", `exec ${command}`));
  }

  private spawn(name: string, env: Record<string, string>, script: string, ...args: string[]): ChildProcess {
    const log = openSync(join(this.dir, `${name}.log`), "a");
    const path = [join(this.dir, "bin"), process.env.PATH].join(delimiter);
    return spawn("sh", [join(scripts(), script), ...args], {
      env: { ...env, PATH: path },
      stdio: ["ignore", log, log],
      detached: true,
    });
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
  try {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  } catch {
    // it has ended by itself
  }
  await ended;
}

/** What the ConfigMap has beside the scripts, for these voters. */
function writeSeeds({ genesis }: TestChain): void {
  const files = raftFiles(VOTERS, genesisBlock(readGenesis(genesis)).payload);
  const seeds = { ...files, "raft-log-without-block.db": raftFiles(VOTERS)["raft-log.db"] };
  for (const [name, bytes] of Object.entries(seeds))
    writeFileSync(join(scripts(), `${name}.gz.b64`), gzipSync(bytes).toString("base64"));
}
