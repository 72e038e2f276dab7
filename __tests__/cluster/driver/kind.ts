import { join } from "node:path";
import type { Driver, LimitedFolder } from "./interface";
import { run } from "./run";

/**
 * A cluster of kind with three workers on this machine's Docker, such as `kind create cluster --config
 * __tests__/cluster/driver/kind.yaml` makes. kubectl uses the current context. Needs root: programs enter the nodes'
 * networks with nsenter.
 */
export class KindDriver implements Driver {
  readonly nodes;

  constructor(private readonly cluster: string) {
    this.nodes = [`${cluster}-worker`, `${cluster}-worker2`, `${cluster}-worker3`] as const;
  }

  local(command: readonly string[]): string[] {
    return [...command];
  }

  onNetwork(node: string, command: readonly string[]): string[] {
    const enter = 'pid=$(docker inspect -f "{{.State.Pid}}" "$1") && shift && exec nsenter -t "$pid" -n -- "$@"';
    return ["sh", "-c", enter, "enter", node, ...command];
  }

  async image(name: string, rootFolder: string): Promise<void> {
    await run(["sh", "-c", 'tar -C "$2" -c . | docker import - "$1"', "image", name, rootFolder]);
    await run(["kind", "load", "docker-image", "--name", this.cluster, name]);
  }

  /** A file system in the memory of every worker. */
  async folder(name: string, megabytes: number): Promise<LimitedFolder> {
    const path = `/var/lib/rollup-network-${name}`;
    const everywhere = async (script: string, ...args: string[]) => {
      await Promise.all(
        this.nodes.map(node => run(["docker", "exec", node, "sh", "-c", script, "folder", path, ...args])),
      );
    };
    const remove = () => everywhere('umount -l "$1" 2>/dev/null; [ ! -d "$1" ] || rmdir "$1"');
    await remove();
    await everywhere('mkdir "$1" && mount -t tmpfs -o "size=$2m,mode=777" tmpfs "$1"', `${megabytes}`);
    return { path, delete: remove, removeFile: file => everywhere('rm -f "$2"', join(path, file)) };
  }

  /** By the other end of the node's link: taken down inside the node, it would come back without its routes. */
  async network(node: string, state: "down" | "up"): Promise<void> {
    const { stdout } = await run(["docker", "exec", node, "cat", "/sys/class/net/eth0/iflink"]);
    const link =
      `link=$(grep -lx ${Number(stdout)} /sys/class/net/*/ifindex) && ` +
      'ip link set "$(basename "$(dirname "$link")")" "$1"';
    await run(["sh", "-c", link, "link", state]);
  }

  async apiServer(state: "paused" | "running"): Promise<void> {
    const signal = state === "paused" ? "-STOP" : "-CONT";
    await run(["docker", "exec", `${this.cluster}-control-plane`, "pkill", signal, "-x", "kube-apiserver"]);
  }

  /** kind does, from 0.24 on. */
  async enforcePolicies(): Promise<void> {}
}
