import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { KubernetesObject } from "../../../manifests/objects";
import type { Container, EnvVar, PodSpec, Volume } from "../../../manifests/read/pod";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import type { Lan } from "./lan";

/** Five seconds of work of a processor, on a machine that may be busy with other tests. */
const START_SECONDS = 540;
const ROOM = join(__dirname, "..", "..", "aztec", "room.sh");

/** What of a cluster a pod needs beside its manifests. */
export interface Surroundings {
  /** The root folder of its image. */
  readonly root: string;
  readonly lan: Lan;
  /** Secrets that operators bring. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folders of the claims that operators bring. */
  readonly claims?: Readonly<Record<string, string>>;
  /** What a container has over its manifest's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The first and the last of the ports that connections take. @default - Linux's, 32768 to 60999 */
  readonly localPorts?: readonly [first: number, last: number];
  /** Files and folders over the image's and those of volumes, read-only. */
  readonly over?: Readonly<Record<string, string>>;
}

interface Pod {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec | { readonly template: Pod };
}
type Workload = KubernetesObject & Pod;

/**
 * A rendered pod without a cluster: its containers run one at a time in the root folder, read-only, with the
 * environment, the user and the volumes of the manifest, in a network that has the other rooms and nothing else.
 * Volumes stay until it is removed.
 */
export class Room {
  readonly lines: string[] = [];
  private readonly dir = mkdtempSync(join(tmpdir(), "room-"));
  private readonly network = `room-${this.dir.slice(-6)}`;
  private readonly pod: PodSpec;
  private readonly name: string;
  private readonly podIp: string;
  /** Addresses of the Services that have this pod behind them. */
  readonly services: readonly string[];
  private readonly processes: ChildProcess[] = [];

  /** @param workload name of the StatefulSet, Deployment or Pod */
  constructor(
    private readonly objects: readonly KubernetesObject[],
    workload: string,
    private readonly surroundings: Surroundings,
  ) {
    const found = objects.find(
      ({ kind, metadata }) => ["StatefulSet", "Deployment", "Pod"].includes(kind) && metadata.name === workload,
    ) as Workload | undefined;
    if (!found) throw new Error(`the manifests have no workload ${workload}`);
    const { metadata, spec } = "template" in found.spec ? found.spec.template : found;
    this.pod = spec as PodSpec;
    this.name = `${workload}-0`;
    const labels = { ...metadata.labels, "statefulset.kubernetes.io/pod-name": this.name };
    [this.podIp, ...this.services] = surroundings.lan.join(this.network, objects, labels);
    const { sysctls = [] } = this.pod.securityContext ?? {};
    for (const { name, value } of sysctls) this.setKernel(name, value);
    const { localPorts } = surroundings;
    if (localPorts) this.setKernel("net.ipv4.ip_local_port_range", localPorts.join(" "));
  }

  private setKernel(name: string, value: string): void {
    execFileSync("ip", ["netns", "exec", this.network, "sysctl", "-qw", `${name}=${value}`]);
  }

  /** Runs the init containers, starts a container, and waits until its readiness probe is content. */
  async ready(container = "node"): Promise<ChildProcess> {
    for (const { name } of this.pod.initContainers ?? []) {
      const { code, output } = await this.run(name);
      if (code !== 0) throw new Error(`${this.name}: ${name} ended with ${code}\n${output}`);
    }
    const child = this.start(container);
    await this.until(child, `${this.name} is ready`, () => this.passes(container, "readinessProbe"));
    return child;
  }

  /** Starts a container's own command, or another in its place. */
  start(container: string, command?: readonly string[]): ChildProcess {
    const spec = this.container(container);
    return this.spawn(spec, command ?? [...(spec.command ?? []), ...(spec.args ?? [])]);
  }

  /** Runs a command in place of a container's; how it ended is for the caller to judge. */
  async run(container: string, command?: readonly string[]): Promise<{ code: number; output: string }> {
    const from = this.lines.length;
    const child = this.start(container, command);
    const [code] = await once(child, "close");
    return { code: Number(code ?? 1), output: this.lines.slice(from).join("\n") };
  }

  /** Asks the node by JSON-RPC. */
  async ask<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = ["-H", "content-type: application/json", "-d", "@-"];
    const { stdout } = await run(
      ["ip", "netns", "exec", this.network, "curl", "-s", "--max-time", "30", ...headers, "http://127.0.0.1:8080/"],
      body,
    );
    const { result, error } = JSON.parse(stdout);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Waits for a line of the log, which comes after what it says, and returns the whole log. */
  async logged(pattern: RegExp): Promise<string> {
    const log = () => this.lines.join("\n");
    await until(`${this.name} logs ${pattern}`, 30, async () => pattern.test(log()));
    return log();
  }

  /** Asks until the answer is there; fails with the last lines of the log when the container has ended. */
  async until<T>(child: ChildProcess, what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    const ended = once(child, "close").then(([code]) => {
      throw new Error(`${what}: ended with ${code}\n${this.lines.slice(-20).join("\n")}`);
    });
    return (await Promise.race([ended, until(what, START_SECONDS, ask, 3)])) as T;
  }

  /** Whether a probe of a container is content. */
  async passes(container: string, probe: "startupProbe" | "readinessProbe"): Promise<boolean> {
    const handler = this.container(container)[probe];
    if (handler?.exec) return (await this.run(container, handler.exec.command)).code === 0;
    const { path = "/", port = "" } = handler?.httpGet ?? {};
    const number = this.container(container).ports?.find(({ name }) => name === port)?.containerPort ?? port;
    const url = `http://127.0.0.1:${number}${path}`;
    return run(["ip", "netns", "exec", this.network, "curl", "-sf", "--max-time", "5", url]).then(
      () => true,
      () => false,
    );
  }

  /** Ends a container as kubelet does, and returns the seconds that it took. */
  async stop(child: ChildProcess, signal: "TERM" | "KILL" = "TERM"): Promise<number> {
    if (child.exitCode !== null || child.signalCode !== null) return 0;
    const started = Date.now();
    const ended = once(child, "close");
    spawnSync("pkill", [`-${signal}`, "--parent", `${child.pid}`]);
    await ended;
    return (Date.now() - started) / 1000;
  }

  async remove(): Promise<void> {
    await Promise.all(this.processes.map(child => this.stop(child, "KILL")));
    for (const child of this.processes) child.kill("SIGKILL");
    this.surroundings.lan.leave(this.network);
    rmSync(this.dir, { recursive: true, force: true });
  }

  private container(name: string): Container {
    const found = [...(this.pod.initContainers ?? []), ...this.pod.containers].find(spec => spec.name === name);
    if (!found) throw new Error(`${this.name} has no container ${name}`);
    return found;
  }

  private spawn(spec: Container, command: readonly string[]): ChildProcess {
    const env = Object.fromEntries([
      ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      ...(spec.env ?? []).map(entry => [entry.name, this.value(entry)]),
      ...Object.entries(this.surroundings.env ?? {}),
    ]);
    const mounts = join(mkdtempSync(join(this.dir, "start-")), "mounts");
    writeFileSync(mounts, this.mounts(spec, env));
    const work = join(dirname(mounts), "work");
    mkdirSync(work);
    const user = `${this.pod.securityContext?.runAsUser ?? 0}`;
    const place = [this.surroundings.root, work, mounts, this.network, user];
    const child = spawn("sh", [ROOM, ...place, ...command], { stdio: ["ignore", "pipe", "pipe"], env });
    return this.keep(child);
  }

  private keep(child: ChildProcess): ChildProcess {
    this.processes.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", line => this.lines.push(line));
    }
    return child;
  }

  private value({ name, value, valueFrom }: EnvVar): string {
    if (value !== undefined) return value;
    const { secretKeyRef, fieldRef } = (valueFrom ?? {}) as {
      secretKeyRef?: { name: string; key: string };
      fieldRef?: { fieldPath: string };
    };
    if (secretKeyRef) return this.secret(secretKeyRef.name)[secretKeyRef.key] ?? "";
    const fields: Record<string, string> = {
      "metadata.name": this.name,
      "metadata.namespace": "room",
      "metadata.uid": "00000000-0000-0000-0000-000000000000",
      "status.podIP": this.podIp,
    };
    const field = fields[fieldRef?.fieldPath ?? ""];
    if (field === undefined) throw new Error(`${name}: a room has no ${JSON.stringify(valueFrom)}`);
    return field;
  }

  private secret(name: string): Readonly<Record<string, string>> {
    return this.surroundings.secrets?.[name] ?? {};
  }

  private mounts({ volumeMounts = [] }: Container, env: Readonly<Record<string, string>>): string {
    const hosts = join(this.dir, "hosts");
    const names = [["localhost", "127.0.0.1"], [this.network, this.podIp], ...this.surroundings.lan.names];
    writeFileSync(hosts, names.map(([host, address]) => `${address}\t${host}\n`).join(""));
    const lines = [`ro\t${hosts}\t/etc/hosts`];
    for (const mount of volumeMounts) {
      const sub = mount.subPath ?? mount.subPathExpr?.replace(/\$\(([A-Z_]+)\)/g, (_, name) => env[name] ?? "");
      const from = join(this.volume(mount.name), sub ?? "");
      lines.push(`${mount.readOnly ? "ro" : "rw"}\t${from}\t${mount.mountPath}`);
    }
    for (const [path, from] of Object.entries(this.surroundings.over ?? {})) lines.push(`ro\t${from}\t${path}`);
    return `${lines.join("\n")}\n`;
  }

  /** The folder of a volume: its contents, or what its pod has written there. */
  private volume(name: string): string {
    const volume: Volume | undefined = this.pod.volumes?.find(one => one.name === name);
    const claim = this.surroundings.claims?.[volume?.persistentVolumeClaim?.claimName ?? ""];
    if (claim) return claim;
    const dir = join(this.dir, "volumes", name);
    mkdirSync(dir, { recursive: true });
    const files = volume?.configMap
      ? this.configMap(volume.configMap.name)
      : volume?.secret
        ? this.secret(volume.secret.secretName)
        : undefined;
    for (const [file, text] of Object.entries(files ?? {})) writeFileSync(join(dir, file), text, { mode: 0o555 });
    const user = this.pod.securityContext?.runAsUser ?? 0;
    if (!files) chownSync(dir, Number(user), Number(user));
    return dir;
  }

  private configMap(name: string): Readonly<Record<string, string>> {
    const found = this.objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name) as
      | (KubernetesObject & { data?: Record<string, string> })
      | undefined;
    return found?.data ?? {};
  }
}
