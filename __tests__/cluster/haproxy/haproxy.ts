import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer as listenTcp, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { EV_NODE_PORTS } from "../../../constructs/sequencer/member/ev-node";
import { type MeshConfigProps, meshConfig } from "../../../constructs/sequencer/mesh/config";
import { MESH } from "../../../constructs/sequencer/mesh/ports";
import { type ProxyConfigProps, proxyConfig } from "../../../constructs/sequencer/proxy/config";
import { scripts } from "../../constructs/run-script";

jest.setTimeout(60_000);

const SCRIPTS = scripts();
const root = mkdtempSync(join(tmpdir(), "haproxy-"));
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => rmSync(root, { recursive: true }));

/** Where `haproxy` is the one that the pods of the tests run. */
const program = execFileSync("sh", [join(__dirname, "haproxy.sh")], { encoding: "utf8" });
export const PATH = `${dirname(program)}:${process.env.PATH}`;

/** Runs after the test. */
export function onEnd(close: () => void): void {
  closing.push(close);
}

export function folder(): string {
  return mkdtempSync(join(root, "run-"));
}

/** Asks until the answer is neither false, undefined nor an error. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
  seconds = 15,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      last = await ask();
      if (last) return last as Exclude<T, false | undefined>;
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${seconds} s for ${typeof what === "string" ? what : what()}, last: ${last}`);
}

export const hosts = [0, 1, 2].map(i => `seq-${i}.seq-headless.net.svc.cluster.local`);
export const commonName = "seq.net";

/** A certificate authority of the tests. */
export class Authority {
  readonly file = join(folder(), "ca.crt");
  private readonly key = this.file.replace(".crt", ".key");

  constructor() {
    openssl("-subj", "/CN=tests", "-keyout", this.key, "-out", this.file);
  }

  /** Writes `tls.crt`, `tls.key` and `ca.crt`. */
  issue({ dir = folder(), cn = commonName, names = hosts, days = 30, trust = this as Authority } = {}): string {
    const [key, crt] = [join(dir, "tls.key"), join(dir, "tls.crt")];
    const san = `subjectAltName=${names.map(name => `DNS:${name}`).join(",")}`;
    openssl(
      "-CA",
      this.file,
      "-CAkey",
      this.key,
      "-subj",
      `/CN=${cn}`,
      "-addext",
      san,
      "-days",
      `${days}`,
      "-keyout",
      key,
      "-out",
      crt,
    );
    execFileSync("cp", [trust.file, join(dir, "ca.crt")]);
    return dir;
  }
}

function openssl(...args: readonly string[]): void {
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...args], { stdio: ["ignore", "ignore", "pipe"] });
}

/** A program with its log. */
export class Running {
  log = "";
  readonly ended: Promise<number | null>;

  constructor(
    readonly child: ChildProcess,
    /** Its RUN_DIR. */
    readonly dir: string,
  ) {
    child.stdout?.on("data", data => (this.log += data));
    child.stderr?.on("data", data => (this.log += data));
    this.ended = new Promise(resolve => child.on("close", resolve));
    closing.push(() => {
      try {
        process.kill(-(child.pid as number), "SIGKILL"); // with all that it started
      } catch {} // gone
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for a line of the log that matches, after `from` characters. */
  logged(pattern: RegExp, from = 0): Promise<string> {
    return until(
      () => `${pattern} in the log:\n${this.log}`,
      () => pattern.exec(this.log.slice(from))?.[0],
    );
  }
}

/** The test files of this folder run side by side: each has networks of its own. */
const FILES = ["da", "examples", "line-3.4", "mesh", "node-rpc", "op-stack", "proxy", "start"];
const file = FILES.findIndex(name => expect.getState().testPath?.endsWith(`/${name}.test.ts`));

/** A number is a byte of an address, so each file has an equal part of them. */
const PART = Math.floor(253 / FILES.length);

/**
 * Numbers of networks, where those of tests that have ended come again. They begin elsewhere in every run: HAProxy
 * shares a port with one that an aborted run left behind.
 */
function* networks(): Generator<number, never> {
  for (let i = process.pid; ; i++) yield 1 + file * PART + (i % PART);
}

const clusters = networks();

/** Meshes of a sequencer on this machine: every pod has a loopback network and an address of its own in 127.0.0.0/8. */
export class Meshes {
  private readonly net = clusters.next().value;
  readonly config: string;

  constructor(private readonly props: Partial<MeshConfigProps> = {}) {
    this.config = meshConfig({
      name: "seq",
      hosts,
      commonName,
      raft: true,
      tls: true,
      ports: EV_NODE_PORTS,
      upstreams: [{ name: "da", port: MESH.daPort, endpoints: ["http://127.0.0.1:1"] }],
      clusterDomain: "cluster.local",
      ...props,
    });
  }

  pod(i: number): string {
    return `127.${this.net}.100.${i + 1}`;
  }

  /** An address of the loopback network of pod `i`; the mesh's text has 127.0.0.x. */
  loopback(i: number, last: number): string {
    return `127.${this.net}.${i}.${last}`;
  }

  start(i: number, tlsDir: string, env: Record<string, string> = {}, shell = "/bin/sh"): Running {
    const dir = folder();
    const text = this.config
      .replaceAll("/scripts/", `${SCRIPTS}/`)
      .replaceAll("/mesh-tls", tlsDir)
      .replaceAll("127.0.0.", this.loopback(i, 0).slice(0, -1))
      .replaceAll("abns@mesh-", `abns@mesh-${this.net}-`)
      .replaceAll("parse-resolv-conf", env.NAMESERVER ? `nameserver test ${env.NAMESERVER}` : "parse-resolv-conf");
    writeFileSync(join(dir, "haproxy.cfg"), text);
    const addresses = Object.fromEntries(hosts.map((_, j) => [`MEMBER_${j}_ADDRESS`, this.pod(j)]));
    const [command = "", ...args] = [...shell.split(" "), join(SCRIPTS, "start-mesh.sh")];
    const child = spawn(command, args, {
      detached: true,
      env: {
        PATH,
        POD_NAME: `seq-${i}`,
        POD_IP: this.pod(i),
        ...addresses,
        MESH_CONFIG: join(dir, "haproxy.cfg"),
        ...(this.props.tls === false ? {} : { MESH_TLS_DIR: tlsDir }),
        RUN_DIR: dir,
        CERT_CHECK_SECONDS: "0.2",
        ...env,
      },
    });
    return new Running(child, dir);
  }

  /** The node's raft port, echoing; counts connections. */
  node(i: number, port = 5001): Promise<Stub> {
    return stub(this.loopback(i, 10 + i), port);
  }

  health(i: number): Promise<Answer> {
    return get(`http://${this.pod(i)}:9105/healthz`);
  }
}

const proxies = networks();

/** The leader proxy over members at addresses of their own, `member(i)`. */
export class Proxied {
  private readonly net = proxies.next().value;
  readonly running: Running;

  constructor(props: Partial<ProxyConfigProps> = {}) {
    const dir = folder();
    const text = proxyConfig({
      name: "seq",
      members: 3,
      writePort: 9090,
      check: { path: "/raft/node", port: 7331, expect: "is_leader" },
      queueSeconds: 10,
      ...props,
    });
    const file = join(dir, "haproxy.cfg");
    writeFileSync(
      file,
      text.replaceAll("/scripts/", `${SCRIPTS}/`).replace(/^ {2}bind :/gm, `  bind ${this.member(100)}:`),
    );
    const env = Object.fromEntries([0, 1, 2].map(i => [`MEMBER_${i}_ADDRESS`, this.member(i)]));
    this.running = new Running(spawn("haproxy", ["-W", "-f", file], { detached: true, env: { PATH, ...env } }), dir);
  }

  member(i: number): string {
    return `127.254.${this.net}.${i + 1}`;
  }

  url(port: number, path = "/"): string {
    return `http://${this.member(100)}:${port}${path}`;
  }
}

export interface Stub {
  readonly server: Server;
  port: number;
  connections: number;
  readonly open: Set<Socket>;
}

/** A TCP server that sends back what it gets. */
export async function stub(host: string, port = 0): Promise<Stub> {
  const server = listenTcp({ allowHalfOpen: true });
  const made: Stub = { server, port, connections: 0, open: new Set() };
  server.on("connection", socket => {
    made.connections++;
    made.open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => made.open.delete(socket));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  closing.push(() => {
    for (const socket of made.open) socket.destroy();
    server.close();
  });
  return Object.assign(made, { port: (server.address() as AddressInfo).port });
}

/** A client whose bytes come back through an echo. */
export class Client {
  private received = "";
  readonly closed: Promise<void>;
  isClosed = false;

  constructor(readonly socket: Socket) {
    closing.push(() => socket.destroy());
    socket.on("data", data => (this.received += data));
    socket.on("error", () => {});
    this.closed = new Promise(resolve => socket.on("close", () => resolve()));
    socket.on("close", () => (this.isClosed = true));
  }

  /** Sends, and waits for the echo or the end: whether it came. */
  async echo(text: string): Promise<boolean> {
    this.received = "";
    this.socket.write(text);
    await until(`the echo of ${text}`, () => this.isClosed || this.received.includes(text));
    return this.received.includes(text);
  }
}

export function dial(host: string, port: number): Client {
  return new Client(connect({ host, port }));
}

export function dialTls(options: ConnectionOptions): Client {
  return new Client(connectTls({ rejectUnauthorized: false, ...options }));
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export function get(url: string, { method = "GET", body = "" } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, response => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", data => (text += data));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Lets a server accept websockets and send back what they bring. */
export function echoWebsockets(server: {
  on(event: "upgrade", f: (request: IncomingMessage, socket: Duplex) => void): unknown;
}): void {
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ` +
        `${accept}\r\n\r\n`,
    );
    socket.on("error", () => {});
    socket.pipe(socket);
  });
}

/** A websocket to `host`, after its request. */
export function websocket(host: string, port: number): Client {
  const client = dial(host, port);
  const headers = [
    "host: test",
    "upgrade: websocket",
    "connection: Upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  client.socket.write(`GET / HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
  return client;
}
