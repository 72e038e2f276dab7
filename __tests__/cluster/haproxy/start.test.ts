import { X509Certificate } from "node:crypto";
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { SHELLS } from "../../constructs/run-script";
import { Authority, dial, folder, get, Meshes, until } from "./haproxy";

const authority = new Authority();
const member = authority.issue();
const client = { cert: readFileSync(join(member, "tls.crt")), key: readFileSync(join(member, "tls.key")) };

/** A mounted Secret: a link that is replaced at once, as the kubelet does. */
class Mounted {
  readonly dir = join(folder(), "tls");

  constructor(target: string) {
    this.replace(target);
  }

  replace(target: string): void {
    symlinkSync(target, `${this.dir}.new`);
    renameSync(`${this.dir}.new`, this.dir);
  }
}

const serial = (dir: string) => new X509Certificate(readFileSync(join(dir, "tls.crt"))).serialNumber;

/** The serial number of the certificate that the mesh shows. */
function shown(meshes: Meshes, i: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: meshes.pod(i), port: 5443, rejectUnauthorized: false, ...client }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe.each(SHELLS)("under %s", shell => {
  test("a new certificate is used without a refused connection; running ones go on", async () => {
    const meshes = new Meshes();
    await Promise.all([0, 1].map(i => meshes.node(i)));
    const [first, second] = [authority.issue(), authority.issue()];
    const mounted = new Mounted(first);
    meshes.start(0, first);
    const mesh = meshes.start(1, mounted.dir, {}, shell);
    for (const i of [0, 1]) await until("ready", async () => (await meshes.health(i)).status === 200);
    await until("the way", () => dial(meshes.loopback(0, 11), 5001).echo("\0"));
    const running = dial(meshes.loopback(0, 11), 5001);
    expect(await running.echo("\0before")).toBe(true);
    expect(await shown(meshes, 1)).toBe(serial(first));

    mounted.replace(second);
    let [asked, refused] = [0, 0];
    await until("the new certificate", async () => {
      asked++;
      if (!(await dial(meshes.loopback(0, 11), 5001).echo("\0during"))) refused++;
      return asked > 3 && (await shown(meshes, 1)) === serial(second); // the change may come with the first one
    });
    await mesh.logged(/mesh: certificate changed: reloading/);
    expect({ refused, after: await running.echo("\0after") }).toEqual({ refused: 0, after: true });
    expect(mesh.child.exitCode).toBeNull();
  });

  test("a certificate that cannot be read is refused, and the one before stays", async () => {
    const meshes = new Meshes();
    const [good, next] = [authority.issue(), authority.issue()];
    const bad = authority.issue();
    writeFileSync(join(bad, "tls.key"), readFileSync(join(good, "tls.key")));
    const mounted = new Mounted(good);
    const mesh = meshes.start(0, mounted.dir, {}, shell);
    await until("up", () => shown(meshes, 0));
    mounted.replace(bad);
    await mesh.logged(
      /mesh: certificate changed and is refused, the one before stays in use.*inconsistencies between private key/s,
    );
    expect(await shown(meshes, 0)).toBe(serial(good));
    mounted.replace(next);
    await until("the next certificate", async () => (await shown(meshes, 0)) === serial(next));
  });

  test("waits for the files of the certificate, and says which are missing", async () => {
    const meshes = new Meshes();
    const dir = authority.issue();
    const key = readFileSync(join(dir, "tls.key"));
    rmSync(join(dir, "tls.key"));
    const mesh = meshes.start(0, dir, {}, shell);
    await mesh.logged(/mesh: waiting 60s for tls.key in \S+: the Secret/);
    writeFileSync(join(dir, "tls.key"), key);
    await until("up", () => shown(meshes, 0));
  });

  test("fails when they do not come", async () => {
    const mesh = new Meshes().start(0, folder(), { CERT_WAIT_SECONDS: "0" }, shell);
    expect(await mesh.ended).toBe(1);
    expect(mesh.log).toMatch(/fatal: no tls.crt tls.key ca.crt in \S+ after 0s: put it into the Secret/);
  });

  test("lets raft in once the node has founded it", async () => {
    const meshes = new Meshes();
    const mesh = meshes.start(0, authority.issue(), { MESH_RAFT: "true" }, shell);
    await until("the mesh", () => get(`http://${meshes.pod(0)}:9105/metrics`));
    await expect(shown(meshes, 0)).rejects.toThrow("ECONNREFUSED");
    writeFileSync(join(mesh.dir, "founded"), "");
    await until("raft", () => shown(meshes, 0));
  });

  test("goes on after TERM until the node has ended", async () => {
    const meshes = new Meshes({ tls: false });
    const mesh = meshes.start(0, "", {}, shell);
    writeFileSync(join(mesh.dir, "running"), "");
    await until("up", () => get(`http://${meshes.pod(0)}:9105/metrics`));
    mesh.signal("SIGTERM");
    await mesh.logged(/the node still runs: going on for 25s at most/);
    expect((await get(`http://${meshes.pod(0)}:9105/metrics`)).status).toBe(200);
    rmSync(join(mesh.dir, "running"));
    expect(await mesh.ended).toBe(0);
    await expect(get(`http://${meshes.pod(0)}:9105/metrics`)).rejects.toThrow("ECONNREFUSED");
  });

  test("goes on for no longer than its time", async () => {
    const meshes = new Meshes({ tls: false });
    const mesh = meshes.start(0, "", { MESH_LINGER_SECONDS: "1" }, shell);
    writeFileSync(join(mesh.dir, "running"), "");
    await until("up", () => get(`http://${meshes.pod(0)}:9105/metrics`));
    mesh.signal("SIGTERM");
    expect(await mesh.ended).toBe(0);
  });

  test("ends with HAProxy's code", async () => {
    const mesh = new Meshes({ tls: false }).start(0, "", { POD_IP: "not-an-address" }, shell);
    expect(await mesh.ended).toBe(1);
    expect(mesh.log).toMatch(/fatal: haproxy ended with 1/);
  });
});
