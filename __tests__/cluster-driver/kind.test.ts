import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { KindDriver } from "../cluster/driver/kind";
import { run } from "../cluster/driver/run";

/** The commands alone, with stand-ins for docker, kind, nsenter and ip that note how they were called. */
const dir = mkdtempSync(join(tmpdir(), "kind-"));
const calls = join(dir, "calls");
const driver = new KindDriver("net");
const path = process.env.PATH;

beforeAll(() => {
  for (const [program, answer] of Object.entries({
    docker: 'case "$*" in inspect*) echo 4711 ;; *iflink) echo 1 ;; import*) wc -c | grep -qvx 0 ;; esac',
    kind: ":",
    nsenter: 'shift 4; exec "$@"',
    ip: ":",
  })) {
    const note = `echo "${program} $*" >>"${calls}"`;
    writeFileSync(join(dir, program), `#!/bin/sh\n${note}\n${answer}\n`);
    chmodSync(join(dir, program), 0o755);
  }
  process.env.PATH = `${dir}${delimiter}${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(dir, { recursive: true });
});
beforeEach(() => writeFileSync(calls, ""));

const called = () => readFileSync(calls, "utf8").split("\n").filter(Boolean).sort();

test("a program on a node's network enters the network of the node's container", async () => {
  const { stdout } = await run(driver.onNetwork("net-worker2", ["echo", "a b"]));
  expect(stdout).toBe("a b\n");
  expect(called()).toEqual(["docker inspect -f {{.State.Pid}} net-worker2", "nsenter -t 4711 -n -- echo a b"]);
});

test("an image goes from its root folder to every node", async () => {
  const root = join(dir, "root");
  mkdirSync(root);
  await driver.image("localhost/x:1", root);
  expect(called()).toEqual(["docker import - localhost/x:1", "kind load docker-image --name net localhost/x:1"]);
});

test("a node is cut off by this machine's end of its link", async () => {
  await driver.network("net-worker", "down");
  // The stand-in's link ends at the first interface here, which is the loopback one everywhere.
  expect(called()).toEqual(["docker exec net-worker cat /sys/class/net/eth0/iflink", "ip link set lo down"]);
});

test("the API server is stopped in the control plane's container", async () => {
  await driver.apiServer("paused");
  expect(called()).toEqual(["docker exec net-control-plane pkill -STOP -x kube-apiserver"]);
});

test("a limited folder is on every worker", async () => {
  const folder = await driver.folder("disk", 256);
  await folder.removeFile("filler");
  const where = called().filter(call => call.includes("filler"));
  expect(where.map(call => call.split(" ")[2])).toEqual(["net-worker", "net-worker2", "net-worker3"]);
  expect(called().filter(call => call.endsWith(`${folder.path} 256`))).toHaveLength(3);
});

test("fails when there is no such node", async () => {
  writeFileSync(join(dir, "docker"), "#!/bin/sh\necho 'Error: No such object: net-worker9' >&2\nexit 1\n");
  await expect(run(driver.onNetwork("net-worker9", ["echo"]))).rejects.toThrow("No such object: net-worker9");
});
