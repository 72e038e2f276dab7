import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the tests need of a cluster beside the Kubernetes API. */
export interface Driver {
  /** Runs a program where it reaches the API server, with KUBECONFIG set. */
  exec(command: readonly string[], input?: string): Promise<Output>;
  /** Runs a program on the network of a node: pods and Services are reachable from there. */
  onNode(node: string, command: readonly string[]): Promise<Output>;
  /** Puts an image made of a root folder on every node. */
  image(name: string, rootFolder: string): Promise<void>;
  /** Makes a folder of limited size on every node, for a volume; `removeFolder` ends it. Here all nodes are on this machine. */
  folder(name: string, megabytes: number): Promise<string>;
  removeFolder(path: string): Promise<void>;
  /** Takes a node off the network, or puts it back. */
  network(node: string, state: "down" | "up"): Promise<void>;
  /** Has the API server answer nothing (SIGSTOP), or go on. */
  apiServer(state: "paused" | "running"): Promise<void>;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** The command that makes clusters of network namespaces: `CLUSTER`, or the one beside the project. */
export const CLUSTER = process.env.CLUSTER ?? join(__dirname, "..", "..", "..", "shared", "cluster", "cluster");

/** Drives a cluster of network namespaces on this machine. */
export const driver: Driver = {
  exec: (command, input) => run([CLUSTER, "exec", ...command], input),
  onNode: (node, command) => run([CLUSTER, "node", node, ...command]),
  async image(name, rootFolder) {
    await run([CLUSTER, "image", name, rootFolder]);
  },
  async folder(name, megabytes) {
    const path = join(tmpdir(), `rollup-network-${name}`);
    const make =
      'truncate -s "$2M" "$1.ext4" && mkfs.ext4 -q -m 0 "$1.ext4" && mkdir "$1" && mount -o loop "$1.ext4" "$1" && chmod 777 "$1"';
    await driver.removeFolder(path);
    await run(["sh", "-c", make, "folder", path, `${megabytes}`]);
    return path;
  },
  async removeFolder(path) {
    const remove = 'umount -l "$1" 2>/dev/null; rm -f "$1.ext4"; [ ! -d "$1" ] || rmdir "$1"';
    await run(["sh", "-c", remove, "folder", path]);
  },
  async network(node, state) {
    await driver.exec(["ip", "link", "set", node.replace("node", "lan"), state]);
  },
  async apiServer(state) {
    await driver.exec(["pkill", state === "paused" ? "-STOP" : "-CONT", "-x", "kube-apiserver"]);
  },
};

/** Runs a program and returns what it printed; rejects with it when it fails. */
export function run([program = "", ...args]: readonly string[], input = ""): Promise<Output> {
  if (program === CLUSTER && !existsSync(CLUSTER)) {
    throw new Error(`there is no cluster command at ${CLUSTER}: set CLUSTER to one that knows exec, node and image`);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "pipe" });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", chunk => out.push(chunk));
    child.stderr.on("data", chunk => err.push(chunk));
    child.on("error", reject);
    child.on("close", code => {
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${[program, ...args].join(" ")} ended with ${code}\n${stdout}${stderr}`));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
