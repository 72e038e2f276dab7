import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver, LimitedFolder } from "./interface";
import { run } from "./run";

/**
 * A cluster whose nodes are network namespaces of this machine, made by the command that `CLUSTER` names, or by the one
 * beside the project.
 */
export class NamespacesDriver implements Driver {
  readonly nodes = ["node1", "node2", "node3"] as const;

  local(command: readonly string[]): string[] {
    return [program(), "exec", ...command];
  }

  onNetwork(node: string, command: readonly string[]): string[] {
    return [program(), "node", node, ...command];
  }

  async image(name: string, rootFolder: string): Promise<void> {
    await run([program(), "image", name, rootFolder]);
  }

  /** A file system in a file. All nodes see the folders of this machine. */
  async folder(name: string, megabytes: number): Promise<LimitedFolder> {
    const path = join(tmpdir(), `rollup-network-${name}`);
    const shell = (script: string) => run(["sh", "-c", script, "folder", path, `${megabytes}`]);
    const remove = async () => {
      await shell('umount -l "$1" 2>/dev/null; rm -f "$1.ext4"; [ ! -d "$1" ] || rmdir "$1"');
    };
    await remove();
    await shell(
      'truncate -s "$2M" "$1.ext4" && mkfs.ext4 -q -m 0 "$1.ext4" && mkdir "$1" && mount -o loop "$1.ext4" "$1" && ' +
        'chmod 777 "$1"',
    );
    return { path, delete: remove, removeFile: file => rm(join(path, file)) };
  }

  async network(node: string, state: "down" | "up"): Promise<void> {
    await run(this.local(["ip", "link", "set", node.replace("node", "lan"), state]));
  }

  async apiServer(state: "paused" | "running"): Promise<void> {
    await run(this.local(["pkill", state === "paused" ? "-STOP" : "-CONT", "-x", "kube-apiserver"]));
  }

  async enforcePolicies(): Promise<void> {
    await run([program(), "policies", "on"]);
  }
}

function program(): string {
  const path = process.env.CLUSTER ?? join(__dirname, "..", "..", "..", "..", "shared", "cluster", "cluster");
  if (existsSync(path)) return path;
  throw new Error(
    `there is no cluster command at ${path}: set CLUSTER to one that knows exec, node and image, or KIND_CLUSTER`,
  );
}
