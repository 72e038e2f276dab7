import type { ChildProcess } from "node:child_process";
import { setMaxListeners } from "node:events";
import { Agent, request } from "node:http";
import { abandon } from "./ended";
import { type Kubectl, KubectlError } from "./kubectl";
import { explain } from "./kubectl-errors";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What an answer says in JSON; undefined where it is not JSON. */
export function jsonOf(answer: Answer | undefined): unknown {
  try {
    return JSON.parse(answer?.text ?? "");
  } catch {
    return undefined;
  }
}

/** The API server needs up to 30 s to find out that a node is lost. The user is told earlier. */
const OPEN_MS = 10_000;
const ANSWER_MS = 3_000;
/** Metrics of a node are the longest answer, some 100 KB. */
const MOST_CHARACTERS = 2 ** 24;
/** Characters of what kubectl says that are kept. */
const SAID = 10_000;

/**
 * HTTP of one pod, on free ports of this machine, through the kubelet. The API server's pod proxy comes from an address
 * that default-deny policies refuse. On many managed clusters the API server reaches only the kubelet's port of a node.
 */
export class PortForward {
  /** Each connection is a stream of its own through the API server and the kubelet. */
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly child: ChildProcess,
    private readonly ports: ReadonlyMap<number, number>,
  ) {}

  static open(
    kubectl: Kubectl,
    {
      namespace,
      pod,
      ports,
      allowedBy,
    }: { namespace: string; pod: string; ports: readonly number[]; allowedBy: string },
  ): Promise<PortForward> {
    kubectl.signal.throwIfAborted();
    const args = [
      "port-forward",
      "--namespace",
      namespace,
      "--address",
      "127.0.0.1",
      `pod/${pod}`,
      ...ports.map(port => `:${port}`),
    ];
    setMaxListeners(0, kubectl.signal); // each forward is a listener, and there are as many as pods
    const child = kubectl.start(args);
    const found = new Map<number, number>();
    let [out, err] = ["", ""];
    return new Promise<PortForward>((resolve, reject) => {
      const late = setTimeout(() => {
        abandon(child);
        reject(new KubectlError(`does not answer through its node within ${OPEN_MS / 1000} s`, "pod"));
      }, OPEN_MS);
      child.stdout?.on("data", chunk => {
        out = (out + chunk).slice(-SAID);
        for (const [, local, remote] of out.matchAll(/^Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)$/gm)) {
          if (Number(local) < 65_536) found.set(Number(remote), Number(local));
        }
        if (found.size < ports.length) return;
        clearTimeout(late);
        resolve(new PortForward(child, found));
      });
      child.stderr?.on("data", chunk => {
        err = (err + chunk).slice(-SAID);
      });
      child.on("error", error => {
        clearTimeout(late);
        reject(kubectl.failure(error, args));
      });
      child.on("close", () => {
        clearTimeout(late);
        reject(why(explain(err, kubectl.cluster, { allowedBy }), err));
      });
    });
  }

  /** Whether it is still open: kubectl gives up when the pod refuses a connection. */
  get open(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What the pod answers; undefined when it does not. With a body it is a POST of JSON. */
  ask(port: number, path: string, body?: object): Promise<Answer | undefined> {
    return new Promise(resolve => {
      const options = {
        host: "127.0.0.1",
        port: this.ports.get(port),
        path,
        agent: this.agent,
        timeout: ANSWER_MS,
        ...(body && { method: "POST", headers: { "content-type": "application/json" } }),
      };
      const sent = request(options, response => {
        let text = "";
        response.setEncoding("utf8").on("data", chunk => {
          text += chunk;
          if (text.length > MOST_CHARACTERS) sent.destroy();
        });
        response
          .on("end", () => resolve({ status: response.statusCode ?? 0, text }))
          .on("error", () => resolve(undefined));
      });
      const late = setTimeout(() => sent.destroy(), ANSWER_MS);
      sent.on("timeout", () => sent.destroy()).on("error", () => resolve(undefined));
      sent.on("close", () => {
        clearTimeout(late);
        resolve(undefined);
      });
      sent.end(body && JSON.stringify(body));
    });
  }

  close(): void {
    this.agent.destroy();
    abandon(this.child);
  }
}

/** One question to one pod; undefined when the pod cannot be reached, or does not answer. */
export async function askPod(
  kubectl: Kubectl,
  { port, path, ...at }: { namespace: string; pod: string; port: number; path: string; allowedBy: string },
): Promise<Answer | undefined> {
  try {
    const forward = await PortForward.open(kubectl, { ...at, ports: [port] });
    try {
      return await forward.ask(port, path);
    } finally {
      forward.close();
    }
  } catch (error) {
    if (error instanceof KubectlError && error.failure === "pod") return undefined;
    throw error;
  }
}

/** The API server has just answered, so any error but a refusal is about the pod or its node. */
function why(error: KubectlError, stderr: string): KubectlError {
  if (["forbidden", "unauthorized", "missing"].includes(error.failure)) return error;
  const last = stderr.trim().split("\n").at(-1) || "kubectl ended, and said nothing";
  return new KubectlError(`cannot be reached: ${last.replace(/^error: /i, "")}`, "pod");
}
