import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { contextText, IN_CLUSTER } from "../../values/load/state";
import { readText, type UnreadableFile } from "../../values/load/text-file";
import type { ClusterValues } from "../../values/schema/environment";
import { Interrupted, SIGNALS } from "../interrupted";
import { output } from "../output";
import { temporaryFolder } from "../temporary";
import { ended } from "./ended";
import { expand } from "./kubeconfig";
import { explain, KubectlError } from "./kubectl-errors";
import { type LiveObject, liveObjects } from "./live-object";
import type { RunOptions } from "./run-options";

export { KubectlError } from "./kubectl-errors";

/** Limits of one request, and of a whole run: a credential plugin may open a browser and wait for a login. */
const REQUEST_SECONDS = 10;
const RUN_MS = 60_000;
const CLEANUP_MS = 30_000;

const BETWEEN = "run it by hand: what is between here and the API?";

/** The operator's `kubectl`, connected to the cluster of an environment. */
export class Kubectl {
  constructor(
    private readonly flags: readonly string[],
    /** The cluster's name in messages. */
    readonly cluster: string,
    /** Aborted by Ctrl-C, and when the action has ended. */
    readonly signal: AbortSignal,
  ) {}

  /** Starts a command that runs until it is ended. It gets no input. */
  start(args: readonly string[]): ChildProcess {
    return spawn("kubectl", [...this.flags, ...args], {
      env: process.env,
      stdio: ["ignore", "pipe", "pipe"],
      signal: this.signal,
    });
  }

  /** Runs one command, and returns what it printed. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    this.signal.throwIfAborted();
    const tooLong = AbortSignal.timeout(RUN_MS);
    const signal = AbortSignal.any([this.signal, tooLong]);
    const words = [...this.flags, `--request-timeout=${REQUEST_SECONDS}s`, ...args];
    const env = { ...process.env, ...options.env };
    const child = spawn("kubectl", words, { env, stdio: "pipe", signal });
    child.stdin.on("error", () => {}).end(options.input ?? "");
    const { how, out, err } = await ended(child).catch(error => {
      throw this.failure(error, args, tooLong.aborted);
    });
    const accepted = options.accept?.includes(Number(how)) && out !== "";
    if (how === 0 || (accepted && err.replace(/^Warning: .*$/gm, "").trim() === "")) return out;
    throw explain(err.trim() || wordless(args, how, out), this.cluster, options);
  }

  /** What a command prints as JSON, without what the API has as null: that is absent. */
  async json(args: readonly string[], options?: RunOptions): Promise<unknown> {
    const text = await this.run([...args, "-o", "json"], options);
    if (text.trim() === "") return undefined;
    try {
      return JSON.parse(text, (_, value) => value ?? undefined);
    } catch {
      const remedy = "a program around kubectl has to print what it says of itself to standard error";
      throw new KubectlError(`${this.cluster}: kubectl ${args[0]} printed no JSON → ${remedy}`, "other");
    }
  }

  /** Objects by `kind/name`, without those that do not exist. Needs no permission to list. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
  async objects(namespace: string, names: readonly string[], options?: RunOptions): Promise<any[]> {
    const found = await this.get(["get", "--namespace", namespace, "--ignore-not-found", ...names], options);
    for (const { kind, metadata } of found) {
      if (names.includes(`${kind?.toLowerCase()}/${metadata.name}`)) continue;
      const what = `kubectl get ${names.join(" ")} printed the ${kind} ${metadata.name}`;
      throw new KubectlError(`${this.cluster}: ${what} → ${BETWEEN}`, "other");
    }
    return found;
  }

  /** Objects of a namespace, of one kind or of several. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
  list(namespace: string, kinds: string, options: RunOptions, selector?: string): Promise<any[]> {
    const which = selector ? ["--selector", selector] : [];
    return this.get(["get", kinds, "--namespace", namespace, ...which], options);
  }

  private async get(args: readonly string[], options?: RunOptions): Promise<LiveObject[]> {
    const answer = await this.json(args, options);
    try {
      return answer === undefined ? [] : liveObjects(answer);
    } catch (error) {
      const what = `kubectl ${args.join(" ")} printed no objects of the API: ${(error as Error).message}`;
      throw new KubectlError(`${this.cluster}: ${what} → ${BETWEEN}`, "other");
    }
  }

  /** The same connection for clean-up. Ctrl-C does not end it; half a minute does. */
  forCleanup(): Kubectl {
    return new Kubectl(this.flags, this.cluster, AbortSignal.timeout(CLEANUP_MS));
  }

  /** Waits, or throws as soon as the user presses Ctrl-C. */
  async sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
  }

  /** Why a program did not run to its end. */
  failure(error: NodeJS.ErrnoException, args: readonly string[], tooLong = false): Error {
    if (this.signal.aborted) return this.signal.reason;
    if (error.code === "ENOENT") {
      return new KubectlError(
        "kubectl is not on the PATH → install it, it talks to the cluster for this command",
        "missing",
      );
    }
    if (!tooLong) return new KubectlError(`kubectl ${args[0]} on ${this.cluster}: ${error.message}`, "other");
    return new KubectlError(
      `kubectl ${args[0]} on ${this.cluster} did not end within ${RUN_MS / 1000} s ` +
        "→ run it by hand: its credential plugin may be waiting for a login",
      "unreachable",
    );
  }
}

/** In place of what kubectl says when it fails. A program around it may have said it to standard output. */
function wordless([verb]: readonly string[], how: number | NodeJS.Signals, out: string): string {
  const last = out.trim().split("\n").at(-1)?.slice(0, 500);
  return `kubectl ${verb} ended with ${how}, and said ${last ? `only: ${last}` : "nothing"} → run it by hand`;
}

/**
 * Runs an action with the cluster that the values name. Ctrl-C ends what it started, and so does output that is lost.
 * Its own files are removed in any case.
 *
 * @throws Interrupted after Ctrl-C
 */
export async function withKubectl<T>(cluster: ClusterValues, action: (kubectl: Kubectl) => Promise<T>): Promise<T> {
  const connection = connect(cluster);
  const end = new AbortController();
  const interrupt = () => end.abort(new Interrupted());
  process.on("exit", connection.remove);
  for (const signal of SIGNALS) process.on(signal, interrupt);
  output.on("lost", interrupt);
  try {
    return await action(new Kubectl(connection.flags, connection.name, end.signal));
  } catch (error) {
    throw end.signal.aborted ? end.signal.reason : error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    output.off("lost", interrupt);
    end.abort(new Interrupted());
    process.off("exit", connection.remove);
    connection.remove();
  }
}

/**
 * The cluster's answer. If the cluster cannot be asked, undefined, and a line on stderr that this is not known.
 * @throws Interrupted after Ctrl-C
 */
export function unlessUnknown<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error) => {
    if (error instanceof Interrupted) throw error;
    console.error(`${what} is not known: ${error.message}`);
    return undefined;
  });
}

interface Connection {
  readonly flags: readonly string[];
  readonly name: string;
  readonly remove: () => void;
}

function connect({ kubeconfig, context, exec, inCluster }: ClusterValues): Connection {
  if (inCluster) return connectInCluster();
  if (exec) return connectByPlugin(exec);
  const file = expand(kubeconfig);
  refuseUnreadable(file, "kubeconfig", "set cluster.kubeconfig to the one of this cluster");
  return {
    flags: ["--kubeconfig", file, ...(context ? ["--context", context] : [])],
    name: contextText({ kubeconfig, context }),
    remove() {},
  };
}

/** kubectl would wait for a pipe, and read a device without an end. */
function refuseUnreadable(file: string, what: string, remedy: string): void {
  if (!existsSync(file)) throw new Error(`there is no ${what} ${file} → ${remedy}`);
  try {
    readText(file);
  } catch (error) {
    throw new Error(`the ${what} ${file} ${(error as UnreadableFile).message} → ${remedy}`);
  }
}

/** kubectl takes a credential plugin only from a kubeconfig. */
function connectByPlugin(exec: NonNullable<ClusterValues["exec"]>): Connection {
  const authority = expand(exec.caCertificateFile);
  refuseUnreadable(authority, "CA certificate", "set cluster.exec.caCertificateFile");
  const command = exec.command.includes("/") ? expand(exec.command) : exec.command;
  const env = Object.entries(exec.env).map(([name, value]) => ({ name, value }));
  const plugin = { apiVersion: exec.apiVersion, command, args: exec.args, env, interactiveMode: "IfAvailable" };
  return connectBy(exec.host, exec.host, authority, { exec: plugin });
}

/** Without a kubeconfig kubectl would take one that happens to be there, before the account of the pod. */
function connectInCluster(): Connection {
  const { name, server, authority, token } = IN_CLUSTER;
  if (!existsSync(token))
    throw new Error(`there is no ${token}: this is no pod with a service account → set cluster.inCluster: false`);
  return connectBy(name, server, authority, { tokenFile: token });
}

/** A kubeconfig for this run. It holds no secret. */
function connectBy(name: string, server: string, authority: string, user: object): Connection {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority": authority } }],
    users: [{ name: "user", user }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  };
  const dir = temporaryFolder("kube-");
  const file = join(dir, "config");
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return {
    flags: ["--kubeconfig", file],
    name,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
