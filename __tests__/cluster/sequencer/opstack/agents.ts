import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { scripts } from "../../../constructs/run-script";
import { call, type LoopbackNetwork, MEMBERS, port } from "./loopback";

/** What a conductor says of the raft. */
export interface Membership {
  readonly servers: readonly { readonly id: string; readonly addr: string; readonly suffrage: number }[] | null;
}

export const membershipOf = (i: number) => call<Membership>(port(i, "conductor"), "conductor_clusterMembership");

/** What keeps members of a loopback network in their raft: the script of their pods, and a stand-in of each mesh. */
export class Agents {
  private readonly meshes: Server[] = [];
  private readonly agents = new Map<number, ChildProcess>();

  constructor(private readonly network: LoopbackNetwork) {
    for (const i of MEMBERS.keys()) {
      const mesh = createServer(async ({ url = "" }, response) => {
        const says = await answer(i, url).catch(() => false);
        response.writeHead(says ? 200 : 503).end();
      });
      this.meshes.push(mesh.listen(port(i, "role"), "127.0.0.1"));
    }
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
    for (const agent of this.agents.values()) agent.kill("SIGKILL");
    for (const mesh of this.meshes) mesh.close();
  }
}

/** What HAProxy finds out by its checks, in the tests of it. */
async function answer(own: number, url: string): Promise<boolean> {
  if (url === "/leader") return call<boolean>(port(own, "conductor"), "conductor_leader");
  const [, word, of] = /^\/up\/(new|level)-(\d)$/.exec(url) ?? [];
  if (Number(of) === own) return false;
  const { servers } = await membershipOf(Number(of));
  if (word === "new") return servers === null;
  const known = servers?.some(({ id }) => id === `seq-${of}`) ?? false;
  return known && (await call<boolean>(port(Number(of), "conductor"), "conductor_sequencerHealthy"));
}
