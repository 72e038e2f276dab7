import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { meshConfig } from "../../../../constructs/sequencer/mesh/config";
import { CONDUCTOR_MESH } from "../../../../constructs/sequencer/software/op-stack/mesh";
import { OP_STACK_PORTS as PORTS } from "../../../../constructs/sequencer/software/op-stack/ports";
import { scripts } from "../../../constructs/run-script";
import { run } from "../../driver/run";
import { call, type LoopbackNetwork, MEMBERS, MESHES, port } from "./loopback";

/** What a conductor says of the raft. */
export interface Membership {
  readonly servers: readonly { readonly id: string; readonly addr: string; readonly suffrage: number }[] | null;
}

export const membershipOf = (i: number) => call<Membership>(port(i, "conductor"), "conductor_clusterMembership");

/** Where the mesh of a member is, as the address of its pod. */
export const podAddress = (i: number) => `${MESHES}.100.${i + 1}`;

/**
 * What keeps members of a loopback network in their raft: the script of their pods, and their meshes. These tell each
 * other who is new and who is level, and carry nothing here.
 */
export class Agents {
  private readonly meshes: ChildProcess[] = [];
  private readonly agents = new Map<number, ChildProcess>();

  private constructor(private readonly network: LoopbackNetwork) {}

  /** Starts the meshes, with files in this folder. */
  static async create(network: LoopbackNetwork, dir: string): Promise<Agents> {
    const agents = new Agents(network);
    const program = (await run(["sh", join(__dirname, "../../haproxy/haproxy.sh")])).stdout.trim();
    for (const i of MEMBERS.keys()) {
      const file = join(dir, `mesh-${i}.cfg`);
      writeFileSync(file, configOf(i));
      const addresses = Object.fromEntries(MEMBERS.map((_, j) => [`MEMBER_${j}_ADDRESS`, podAddress(j)]));
      const env = { POD_NAME: `seq-${i}`, ORDINAL: `${i}`, POD_IP: podAddress(i), RAFT_IN: "open", ...addresses };
      agents.meshes.push(spawn(program, ["-f", file], { env, stdio: "ignore" }));
    }
    return agents;
  }

  /** Starts the one beside a conductor, as of a deployment with so many members; one that runs is replaced. */
  start(i: number, members: number): void {
    this.agents.get(i)?.kill("SIGKILL");
    const agent = spawn("sh", [join(scripts(), "keep-members.sh"), `${this.network.conductor(i)}`], {
      env: {
        PATH: process.env.PATH,
        POD_NAME: `seq-${i}`,
        RUN_DIR: "/nowhere",
        CONDUCTOR_PORT: `${port(i, "conductor")}`,
        ROLE_PORT: `${port(i, "role")}`,
        MEMBERS: MEMBERS.slice(0, members)
          .map(({ id, address }) => `${id}=${address}`)
          .join(" "),
      },
      stdio: ["ignore", "inherit", "inherit"],
    });
    this.agents.set(i, agent);
  }

  stop(): void {
    for (const child of [...this.agents.values(), ...this.meshes]) child.kill("SIGKILL");
  }
}

/** The mesh of a member, whose programs have other ports here. */
export function configOf(i: number): string {
  const text = meshConfig({
    name: "seq",
    hosts: MEMBERS.map(({ id }) => id),
    commonName: "seq.net",
    raft: true,
    tls: false,
    ports: PORTS,
    upstreams: [],
    additions: CONDUCTOR_MESH,
    clusterDomain: "cluster.local",
  });
  const own = (last: string) => `${MESHES}.${i}.${last}`;
  const moved = { conductor: "conductor", node: "node", rpc: "eth", role: "role" } as const;
  return Object.entries(moved).reduce(
    (changed, [of, to]) =>
      changed.replaceAll(`${own("1")}:${PORTS[of as keyof typeof moved]}`, `127.0.0.1:${port(i, to)}`),
    text.replaceAll("127.0.0.", own("")).replaceAll("/scripts/", `${scripts()}/`),
  );
}
