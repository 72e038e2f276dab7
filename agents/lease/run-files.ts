/*!
 * The files that the agent shares with the start script of the node; constructs/sequencer/lease/scripts/follow-lease.sh
 * describes them.
 */
import { closeSync, constants, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface NodeState {
  readonly state: "active" | "standby" | "stopped" | "absent";
  readonly pid: number;
  /** The last token that the script obeyed. */
  readonly token: number;
}

/** Deadlines in ms of the clock. */
export type Role = "standby" | { readonly stopAt: number; readonly killAt: number; readonly token: number };

export class RunFiles {
  constructor(private readonly folder: string) {}

  node(): NodeState {
    const [state = "", pid, token] = this.words("node");
    if (!["active", "standby", "stopped"].includes(state)) return { state: "absent", pid: 0, token: 0 };
    return { state: state as NodeState["state"], pid: Number(pid) || 0, token: Number(token) || 0 };
  }

  role(): Role {
    const [role, ...numbers] = this.words("role");
    const [stopAt = 0, killAt = 0, token = 0] = numbers.map(Number);
    return role === "active" && stopAt && killAt && token
      ? { stopAt: stopAt * 10, killAt: killAt * 10, token }
      : "standby";
  }

  /** The token that was last taken with a node that had nothing to catch up with; 0 for none. */
  level(): number {
    return Number(this.words("level")[0]) || 0;
  }

  /**
   * The node was level with its peers when this token was taken, so it has nothing to catch up with. Before the role
   * that it is for.
   */
  writeLevel(token: number): void {
    const path = join(this.folder, "level");
    writeFileSync(`${path}.new`, `${token}\n`);
    renameSync(`${path}.new`, path);
  }

  /** Has the script end a node that follows, and start it again. */
  followAnew(): void {
    writeFileSync(join(this.folder, "anew"), "");
  }

  /** Lets the script end an aggregator that is to end. */
  writeBetween(): void {
    writeFileSync(join(this.folder, "between"), "");
  }

  /** Hundredths of a second in the file, rounded down. */
  writeRole(role: Role): void {
    const line =
      role === "standby"
        ? role
        : `active ${Math.floor(role.stopAt / 10)} ${Math.floor(role.killAt / 10)} ${role.token}`;
    const path = join(this.folder, "role");
    writeFileSync(`${path}.new`, `${line}\n`);
    renameSync(`${path}.new`, path);
  }

  /** Whether a process of the node's container is left: the kernel ends the reading of a FIFO that nobody writes to. */
  alive(): boolean {
    let fifo: number | undefined;
    try {
      fifo = openSync(join(this.folder, "alive"), constants.O_RDONLY | constants.O_NONBLOCK);
      return readSync(fifo, Buffer.alloc(1)) > 0;
    } catch {
      return true; // EAGAIN: there is a writer. ENOENT: not known, and the node may be running
    } finally {
      if (fifo !== undefined) closeSync(fifo);
    }
  }

  private words(name: string): string[] {
    try {
      return readFileSync(join(this.folder, name), "utf8").trim().split(" ");
    } catch {
      return [];
    }
  }
}

/** Milliseconds since the machine started: /proc/uptime is the one clock that both containers share and nobody sets. */
export function uptime(): number {
  return Math.round(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000);
}
