import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";

/** The API server of the newest Kubernetes and its own etcd, on loopback. It has no controllers and no nodes. */
export class ApiServer {
  private readonly folder = mkdtempSync(join(tmpdir(), "apiserver-"));
  private readonly children: ChildProcess[] = [];
  readonly kubeconfig = this.file("kubeconfig");

  /**
   * @param serviceRanges of the families of Services, the first one's first
   * @param address which nobody is told, of the first family
   */
  constructor(
    private readonly serviceRanges = "10.96.0.0/16",
    private readonly address = "192.0.2.1",
  ) {}

  async start(): Promise<void> {
    const program = (await run(["sh", join(__dirname, "build.sh")])).stdout.trim();
    const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()]);
    const etcd = `http://127.0.0.1:${client}`;
    this.launch("etcd", [
      ...["--data-dir", this.file("etcd"), "--unsafe-no-fsync"],
      ...["--listen-client-urls", etcd, "--advertise-client-urls", etcd],
      ...["--listen-peer-urls", `http://127.0.0.1:${peer}`],
    ]);
    const token = randomUUID();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(this.file("key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    writeFileSync(this.file("tokens"), `${token},test,test,system:masters\n`, { mode: 0o600 });
    writeFileSync(this.kubeconfig, JSON.stringify(kubeconfig(`https://127.0.0.1:${secure}`, token)), { mode: 0o600 });
    this.launch(program, [
      `--etcd-servers=${etcd}`,
      `--secure-port=${secure}`,
      "--bind-address=127.0.0.1",
      `--advertise-address=${this.address}`,
      "--endpoint-reconciler-type=none",
      `--cert-dir=${this.file("certificates")}`,
      `--token-auth-file=${this.file("tokens")}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${this.file("key")}`,
      `--service-account-signing-key-file=${this.file("key")}`,
      `--service-cluster-ip-range=${this.serviceRanges}`,
      "--authorization-mode=RBAC",
    ]);
    await until("an API server that is ready", 120, () => this.kubectl("get", "--raw", "/readyz")).catch(error => {
      throw new Error(`${error.message}\n${readFileSync(this.file("log"), "utf8").slice(-4000)}`);
    });
  }

  /** The release that it says it is. */
  async version(): Promise<string> {
    return JSON.parse(await this.kubectl("get", "--raw", "/version")).gitVersion;
  }

  async stop(): Promise<void> {
    for (const child of this.children.reverse()) {
      if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
    }
    rmSync(this.folder, { recursive: true });
  }

  private async kubectl(...args: readonly string[]): Promise<string> {
    return (await run(["kubectl", "--kubeconfig", this.kubeconfig, ...args])).stdout;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private launch(program: string, args: readonly string[]): void {
    const log = openSync(this.file("log"), "a");
    this.children.push(spawn(program, args, { stdio: ["ignore", log, log] }));
    closeSync(log);
  }
}

function kubeconfig(server: string, token: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "test", user: { token } }],
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
