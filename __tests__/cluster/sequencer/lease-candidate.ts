import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { driver, exec } from "../driver/driver";
import { until } from "../driver/kubectl";

/** A sequencer that notes its blocks, 20 a second; with a file `hung` it does not end on TERM. */
const NODE = `#!/bin/sh
case $* in
*aggregator=true*) ;;
*) trap 'exit 0' TERM; while :; do sleep 1000 & wait $! || :; done ;;
esac
trap '[ -e "$RUN_DIR/hung" ] || exit 0' TERM
while :; do
  read -r uptime _ </proc/uptime
  echo "$uptime $$" >>"$RUN_DIR/blocks"
  sleep 0.05
done
`;

/** Blocks of one process, in seconds of the machine's uptime. */
export interface Term {
  readonly pod: string;
  readonly pid: number;
  readonly from: number;
  readonly to: number;
}

export interface Access {
  readonly server: string;
  readonly caFile: string;
  readonly token: string;
  readonly namespace: string;
}

const PACKAGE = join(__dirname, "../../..");

/** Start script and agent of one pod, as processes; the agent on the network of the API server. */
export class Candidate {
  readonly tokenFile: string;
  private readonly children: ChildProcess[] = [];
  private script?: ChildProcess;
  private output = "";
  private pid = 0;
  private forwarder = { pid: 0, api: 0, http: 0, node: 0 };

  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly candidates: readonly string[],
    private readonly access: Access,
  ) {
    mkdirSync(folder, { recursive: true });
    this.tokenFile = join(folder, "token");
    writeFileSync(this.tokenFile, access.token);
    writeFileSync(join(folder, "node.sh"), NODE, { mode: 0o755 });
  }

  /** @param env of the agent, and of the start script */
  async start(env: Record<string, string> = {}): Promise<this> {
    await this.connect();
    this.script = spawn(
      join(PACKAGE, "constructs/sequencer/lease/scripts/follow-lease.sh"),
      [join(this.folder, "node.sh")],
      {
        env: { PATH: process.env.PATH, RUN_DIR: this.folder, ...env },
        stdio: "ignore",
      },
    );
    this.children.push(this.script);
    await this.startAgent(env);
    return this;
  }

  async startAgent(more: Record<string, string> = {}): Promise<void> {
    const env = {
      POD_NAME: this.name,
      POD_NAMESPACE: this.access.namespace,
      LEASE_NAME: "seq",
      CANDIDATES: this.candidates.join(","),
      RUN_DIR: this.folder,
      AGENT_PORT: "0",
      AGENT_KUBE_URL: more.FAULTS
        ? `http://127.0.0.1:${this.forwarder.http}`
        : `https://127.0.0.1:${this.forwarder.api}`,
      AGENT_TOKEN_FILE: this.tokenFile,
      AGENT_CA_FILE: this.access.caFile,
      NODE_READY_URL: `http://127.0.0.1:${this.forwarder.node}/`,
      NODE_METRICS_URL: `http://127.0.0.1:${this.forwarder.node}/`,
      ...more,
    };
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    this.output = "";
    const program = ["env", ...assignments, "node", join(PACKAGE, "bundles/lease-agent.mjs")];
    this.pid = Number((await this.spawn(program, /"pid":(\d+)/))[1]);
  }

  private async connect(): Promise<void> {
    const { server, caFile } = this.access;
    const program = ["node", join(__dirname, "lease-agent-forwarder.mjs"), server, caFile, this.path("fault")];
    const text = await this.spawn(program, /\{"pid".*\}/);
    this.forwarder = JSON.parse(text[0]);
  }

  /** The first match in what the program prints; the pid goes first, as its line. */
  private spawn(program: readonly string[], first: RegExp): Promise<RegExpExecArray> {
    const shell = 'echo "{\\"pid\\":$$}"; exec "$@" 2>&1';
    const [command = "", ...args] = driver.local(["sh", "-c", shell, "sh", ...program]);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
    this.children.push(child);
    const skip = program[0] === "env" ? 0 : 1; // the forwarder tells more than its pid
    return new Promise(resolve => {
      let text = "";
      child.stdout?.on("data", chunk => {
        text += chunk;
        if (program[0] === "env") this.output = text;
        const match = first.exec(text.split("\n").slice(skip).join("\n"));
        if (match) resolve(match);
      });
    });
  }

  signalAgent(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }
  /** STOP: requests get no answer, and arrive late on CONT. KILL: connections are refused. */
  signalForwarder(signal: NodeJS.Signals): void {
    process.kill(this.forwarder.pid, signal);
  }
  killNode(): void {
    process.kill(this.node.pid, "SIGKILL");
  }
  /** The end of the pod: both containers are told at once. */
  terminate(): void {
    this.script?.kill("SIGTERM");
    this.signalAgent("SIGTERM");
  }
  hang(): void {
    writeFileSync(join(this.folder, "hung"), "");
  }
  /** What requests for the Lease are answered with, of a candidate with `FAULTS`; nothing ends it. */
  fault(status?: number): void {
    if (status) this.write("fault", String(status));
    else rmSync(this.path("fault"));
  }
  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }
  path(file: string): string {
    return join(this.folder, file);
  }

  get node(): { state: string; pid: number; token: number } {
    const [state = "", pid, token] = this.read("node").trim().split(" ");
    return { state, pid: Number(pid), token: Number(token) };
  }
  get leads(): boolean {
    return this.node.state === "active" && this.node.pid > 0;
  }
  /** Role changes, as audited. */
  get audit(): { from: string; to: string; token: number; reason: string }[] {
    return this.output
      .split("\n")
      .filter(line => line.includes('"audit":true') && line.endsWith("}"))
      .map(line => JSON.parse(line));
  }
  async ask(path: string): Promise<{ status: number; text: string }> {
    const port = /"port":(\d+)/.exec(this.output)?.[1];
    const program = `fetch("http://127.0.0.1:${port}${path}").then(async a => console.log(JSON.stringify({status: a.status, text: await a.text()})))`;
    return JSON.parse((await exec(["node", "-e", program])).stdout);
  }

  /** What each process of this candidate has sequenced. */
  get terms(): Term[] {
    const terms = new Map<number, Term>();
    for (const line of this.read("blocks").split("\n").filter(Boolean)) {
      const [at, pid] = line.split(" ").map(Number) as [number, number];
      terms.set(pid, { pod: this.name, pid, from: terms.get(pid)?.from ?? at, to: at });
    }
    return [...terms.values()];
  }

  private read(name: string): string {
    return existsSync(join(this.folder, name)) ? readFileSync(join(this.folder, name), "utf8") : "";
  }

  async end(): Promise<void> {
    const kill = (pid: number) => {
      try {
        if (pid) process.kill(pid, "SIGKILL");
      } catch {}
    };
    this.script?.kill("SIGKILL");
    for (const pid of [this.pid, this.forwarder.pid, -this.node.pid]) kill(pid);
    await Promise.all(
      this.children.map(
        child => child.exitCode ?? child.signalCode ?? new Promise(resolve => child.on("exit", resolve)),
      ),
    );
  }
}

/** The one that leads and is not among those excepted. */
export function leader(candidates: readonly Candidate[], seconds = 30, ...except: Candidate[]): Promise<Candidate> {
  const ask = async () => candidates.find(candidate => candidate.leads && !except.includes(candidate));
  return until("a leader", seconds, ask, 0.05);
}
