import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBootstrapIdentity } from "../../../../constructs/p2p/enr";
import { fails, folder, prints, run, SHELLS, type Stub } from "../../run-script";

const HOST = "boot-p2p.net.svc.cluster.local";
const { enr } = createBootstrapIdentity({ l1ChainId: 1, ip: "203.0.113.2", port: 40400 });

/** Stands for the node: says which process it is and what it was given. */
const node = `echo "pid $$"
echo "P2P_IP \${P2P_IP-unset}"
echo "BOOTSTRAP_NODES \${BOOTSTRAP_NODES-unset}"
printf '[%s]' "$@"
exit 7`;

const env = { POD_NAME: "boot-0", ANNOUNCE_MODE: "pod", ANNOUNCE_ATTEMPTS: "2" };
const hostname: Stub = { "-i": prints("10.244.0.9") };

async function start(more: Record<string, string> = {}, stubs: Record<string, Stub> = {}, shell?: string) {
  const DATA_DIRECTORY = join(folder(), "data", "data");
  const result = await run("start-node.sh", {
    env: { ...env, DATA_DIRECTORY, ...more },
    args: ["the-node", "start", "--p2p-bootstrap"],
    stubs: { "the-node": node, hostname, ...stubs },
    shell,
  });
  return { ...result, started: result.calls("the-node").length, dataExists: existsSync(DATA_DIRECTORY) };
}

describe.each(SHELLS)("under %s", shell => {
  // By the Service, because busybox has a hostname of its own.
  const service = { ANNOUNCE_MODE: "service", ANNOUNCE_HOST: HOST };
  const getent = { [HOST]: [fails(2), prints(`10.96.7.7 STREAM ${HOST}`)] };

  test.concurrent("becomes the node, in the same process, with address and bootnodes, known ones first", async () => {
    const BOOTNODES_FILE = join(folder(), "enrs");
    writeFileSync(BOOTNODES_FILE, `${enr}\nenr:external\nenr:third\n${enr}\n`);
    const { code, stdout, pid, left } = await start(
      { ...service, BOOTNODES_FILE, BOOTSTRAP_NODES: "enr:external" },
      { getent },
      shell,
    );
    expect(stdout.split("\n")).toEqual([
      `pid ${pid}`,
      "P2P_IP 10.96.7.7",
      `BOOTSTRAP_NODES enr:external,${enr},enr:third`,
      "[start][--p2p-bootstrap]",
    ]);
    expect({ code, left }).toEqual({ code: 7, left: [] });
  });

  test.concurrent("fails without an address, and does not start the node", async () => {
    const { code, stdout, stderr, started } = await start(service, { getent: { [HOST]: fails(2) } }, shell);
    expect({ code, stdout, started }).toEqual({ code: 1, stdout: "", started: 0 });
    expect(stderr).toMatch(`fatal: ${HOST} did not resolve in 2 attempts`);
  });

  test.concurrent("fails without the file of its gate, and does not start the node", async () => {
    const { code, started } = await start({ BOOTNODES_FILE: "/nowhere" }, {}, shell);
    expect([code === 0, started]).toEqual([false, 0]);
  });
});

test.concurrent("keeps arguments as they are", async () => {
  const args = ["the-node", "two words", "", "*", "$HOME", 'quote"d'];
  const { stdout } = await run("start-node.sh", {
    env: { ...env, DATA_DIRECTORY: folder() },
    args,
    stubs: { "the-node": node, hostname },
  });
  expect(stdout.split("\n").at(-1)).toBe('[two words][][*][$HOME][quote"d]');
});

test.concurrent("makes the folders of the node", async () => {
  const CRS_PATH = join(folder(), "two words", "crs");
  const { dataExists, started } = await start({ CRS_PATH });
  expect({ dataExists, started, crs: existsSync(CRS_PATH) }).toEqual({ dataExists: true, started: 1, crs: true });
});

test.concurrent("passes known bootnodes through", async () => {
  const { stdout } = await start({ BOOTSTRAP_NODES: "enr:a,enr:b" });
  expect(stdout).toMatch("BOOTSTRAP_NODES enr:a,enr:b\n");
});

test.concurrent.each<Record<string, string>>([{}, { P2P_IP: "", BOOTSTRAP_NODES: "" }, { P2P_IP: "192.0.2.1" }])(
  "never hands on an empty value: %p",
  async given => {
    const { stdout } = await start({ ANNOUNCE_MODE: "query", ...given });
    expect(stdout).toMatch("P2P_IP unset\nBOOTSTRAP_NODES unset\n");
  },
);

describe("with keys from a Secret", () => {
  const keys = { IDENTITY_SECRET: "boot-keys" };
  const key = join(folder(), "p2p-private-key");

  test.concurrent("starts where the key is", async () => {
    writeFileSync(key, "00");
    const { started } = await start({ ...keys, PEER_ID_PRIVATE_KEY_PATH: key });
    expect(started).toBe(1);
  });

  test.concurrent.each([
    ["no file", () => join(folder(), "missing")],
    // What the kubelet mounts for a sub-path that the Secret does not have.
    ["a folder", folder],
  ])("fails where %s is, with the Secret, the pod and the remedy", async (_, path) => {
    const PEER_ID_PRIVATE_KEY_PATH = path();
    const { code, stdout, stderr, started } = await start({ ...keys, PEER_ID_PRIVATE_KEY_PATH, POD_NAME: "boot-3" });
    expect({ code, stdout, started }).toEqual({ code: 1, stdout: "", started: 0 });
    expect(stderr).toBe(
      `fatal: no key at ${PEER_ID_PRIVATE_KEY_PATH}: the Secret boot-keys has no entry boot-3. ` +
        "Add the key that belongs to this replica's ENR, since a generated one has another, and delete this pod.\n",
    );
  });
});

test.concurrent("fails when a folder cannot be made, and does not start the node", async () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  const { code, started, stderr } = await start({ DATA_DIRECTORY: join(file, "data") });
  expect({ code, started }).toEqual({ code: 1, started: 0 });
  expect(stderr).toMatch("mkdir");
});

test.concurrent("ends at once on TERM while it waits, and starts nothing", async () => {
  const mktemp = 'echo "$PPID" >"$CALLS/start-pid"; PATH=${PATH#*:} exec mktemp "$@"';
  const getent = `pid=$(cat "$CALLS/start-pid"); kill -TERM "$pid"
for i in $(seq 100); do kill -0 "$pid" 2>/dev/null || { echo gone >"$CALLS/waiting"; exit 1; }; sleep 0.05; done`;
  const { code, started, calls } = await start({ ANNOUNCE_MODE: "service", ANNOUNCE_HOST: HOST }, { mktemp, getent });
  expect({ code, started, waiting: calls("waiting") }).toEqual({ code: 143, started: 0, waiting: ["gone"] });
});
