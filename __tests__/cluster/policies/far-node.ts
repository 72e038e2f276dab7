import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { driver, onNode } from "../driver/driver";
import { getJson } from "../driver/kubectl";
import { CALLS, type Ports } from "./ask";
import { ADDRESSES } from "./places";

const [near, nearToo, far] = driver.nodes;

/**
 * The third node: it has the addresses that are outside of the cluster, or a cloud's, and answers there; at its own
 * address the pod answers that is on its network. The nodes of the pods have routes to it, so that no packet leaves the
 * cluster's own network.
 */
export class FarNode {
  private listener?: ChildProcess;
  private ip = "";

  async up({ tcp, udp }: Ports): Promise<string> {
    const { status } = await getJson("node", far);
    this.ip = status.addresses.find(({ type }: { type: string }) => type === "InternalIP").address;
    await this.addresses("replace");
    const addresses = Object.values(ADDRESSES);
    const command = driver.onNetwork(far, ["node", CALLS, "listen", JSON.stringify({ addresses, tcp, udp })]);
    this.listener = spawn(command[0] as string, command.slice(1), { stdio: ["pipe", "inherit", "inherit"] });
    return this.ip;
  }

  async down(): Promise<void> {
    if (this.listener) {
      this.listener.stdin?.end();
      if (this.listener.exitCode === null) await once(this.listener, "exit");
    }
    if (this.ip) await this.addresses("del");
  }

  private async addresses(action: "replace" | "del"): Promise<void> {
    const each = (command: string) => [
      "sh",
      "-c",
      `for address; do ip ${command}; done`,
      "addresses",
      ...Object.values(ADDRESSES),
    ];
    await Promise.all([
      onNode(far, each(`address ${action} "$address/32" dev lo`)),
      ...[near, nearToo].map(node => onNode(node, each(`route ${action} "$address/32" via ${this.ip}`))),
    ]);
  }
}
