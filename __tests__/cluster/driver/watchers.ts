import { type Command, driver } from "./driver";
import { EVNODE_IMAGE } from "./images";
import { apply, getJson, kubectl } from "./kubectl";
import { run } from "./run";

/**
 * A pod on every node, in whose network programs of this machine run: policies take them for that pod. They go on while
 * the API server answers nothing.
 */
export class Watchers {
  private readonly processes = new Map<string, string>();

  constructor(readonly namespace: string) {}

  async start(): Promise<void> {
    const { namespace } = this;
    await apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      ...driver.nodes.map(node => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: node, namespace },
        spec: {
          nodeName: node,
          tolerations: [{ operator: "Exists" }],
          terminationGracePeriodSeconds: 0,
          containers: [{ name: "watcher", image: EVNODE_IMAGE, command: ["sleep", "2147483647"] }],
        },
      })),
    ]);
    await kubectl(["-n", namespace, "wait", "pod", "--all", "--for=condition=Ready", "--timeout=120s"]);
    const { items } = await getJson("-n", namespace, "pods");
    for (const { metadata } of items) this.processes.set(metadata.name, await processOf(metadata.uid));
  }

  /** Where a program runs on the network of a node's watcher. */
  on(node: string): Command {
    const process = this.processes.get(node);
    if (!process) throw new Error(`${this.namespace} has no watcher on ${node}`);
    return command => ["nsenter", "--target", process, "--net", "--", ...command];
  }
}

/** A process of a pod, by its control group: `pod<uid>`, with the uid's dashes or with underscores. */
async function processOf(uid: string): Promise<string> {
  const group = `pod${uid.replaceAll("-", "[-_]")}`;
  const { stdout } = await run(["sh", "-c", 'grep -ls "$1" /proc/[0-9]*/cgroup | head -n 1', "process", group]);
  const [, , process] = stdout.split("/");
  if (!process) throw new Error(`no process of this machine is in ${group}`);
  return process;
}
