import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { EvNodeEngine } from "../../../../../constructs/sequencer/engine";
import { ENGINES, type SequencerMode } from "../../../../../constructs/sequencer/engines";
import { MEMBER_ALIAS } from "../../../../../constructs/sequencer/members";
import { folder, run, SHELLS, type Stub, scripts } from "../../../run-script";

const PEERS = ["id-0", "id-1", "id-2"];
const HEADLESS = "seq-headless.net.svc.cluster.local";

/**
 * Stands for ev-node: founds its raft as ev-node does, in a file that names the members, says what it was given, and
 * ends.
 */
const node = (code: number) => `printf '%s\\n' "$@"
mkdir -p raft && printf 'config of %s.%s' "$POD_NAME" "$HEADLESS" >raft/raft-log.db
while [ ! -e "$RUN_DIR/founded" ] && [ "$MODE" = raft ]; do sleep 0.05; done
exit ${code}`;

/**
 * Stands for ev-node: at its first start it opens its RPC until the script has looked a few times, closes it and hangs;
 * later it does without RPC for as long, and ends.
 */
const HANGS_AT_FIRST = `
const { existsSync, readFileSync, writeFileSync, mkdirSync } = require("node:fs");
const calls = name => process.env.CALLS + "/" + name;
const lines = name => existsSync(calls(name)) ? readFileSync(calls(name), "utf8").trim().split("\\n") : [];
const looks = () => lines("sleep").filter(call => call === "1").length;
const looked = done => {
  const end = looks() + 3;
  const timer = setInterval(() => looks() < end || (clearInterval(timer), done()), 10);
};
mkdirSync("raft", { recursive: true });
writeFileSync("raft/raft-log.db", process.env.POD_NAME + "." + process.env.HEADLESS);
if (lines("testapp").length > 1) looked(() => process.exit(0));
else {
  setInterval(() => {}, 1000);
  const server = require("node:net").createServer();
  server.listen(process.env.RPC_PORT, "127.0.0.1", () => looked(() => server.close()));
}
`;

function place() {
  const root = folder();
  const [data, runDir, key] = [join(root, "data"), join(root, "run"), join(root, "node_key.json")];
  mkdirSync(join(data, "config"), { recursive: true });
  mkdirSync(runDir);
  writeFileSync(key, "{}");
  writeFileSync(join(root, "genesis.json"), "{}");
  return { root, data, runDir, key };
}

/** What the construct tells the script of its engine. */
const ofEngine = ({ name, mesh, node }: EvNodeEngine) => ({
  MODE: name,
  P2P_PORT: "7676",
  ...(mesh && { MEMBER_ALIAS }),
  ...node.env,
});

interface Options {
  /** @default "raft" */
  readonly mode?: SequencerMode;
  readonly env?: Record<string, string>;
  readonly stub?: Stub;
  readonly stubs?: Readonly<Record<string, Stub>>;
  readonly termWhen?: string;
  readonly at?: ReturnType<typeof place>;
  readonly shell?: string;
}

async function start({
  mode = "raft",
  env = {},
  stub = node(0),
  stubs = {},
  at = place(),
  shell,
  termWhen,
}: Options = {}) {
  const yaml = join(scripts(shell), "evnode.yaml"); // written once: tests run at one time
  if (!existsSync(yaml)) writeFileSync(yaml, "node:\n  block_time: 200ms\nda:\n  address: http://127.0.0.1:7980\n");
  const result = await run("start-sequencer.sh", {
    env: {
      ...ofEngine(ENGINES[mode] as EvNodeEngine),
      RESTART_PAUSE_SECONDS: "0",
      POD_NAME: "seq-1",
      DATA_DIRECTORY: at.data,
      RUN_DIR: at.runDir,
      HEADLESS,
      PEER_IDS: PEERS.join(" "),
      NODE_KEY: at.key,
      NODE_KEY_SECRET: "seq-node-keys",
      GENESIS: join(at.root, "genesis.json"),
      RPC_PORT: "1",
      ...env,
    },
    args: ["testapp", "start"],
    stubs: { testapp: stub, ...stubs },
    shell,
    termWhen,
  });
  return { ...result, at };
}

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("names the other members for raft and p2p, and listens on its own alias", async () => {
    const { stdout, stderr, code, at } = await start({ shell });
    expect({ code: code !== null, stderr }).toMatchObject({ code: true });
    expect(stdout.split("\n").slice(0, 9)).toEqual([
      "start",
      "--home",
      at.data,
      "--evnode.p2p.listen_address=/ip4/127.0.0.11/tcp/7676",
      `--evnode.p2p.peers=/dns4/seq-0.${HEADLESS}/tcp/7676/p2p/id-0,/dns4/seq-2.${HEADLESS}/tcp/7676/p2p/id-2`,
      "--evnode.raft.node_id=seq-1",
      `--evnode.raft.raft_addr=seq-1.${HEADLESS}:5001`,
      `--evnode.raft.peers=seq-0@seq-0.${HEADLESS}:5001,seq-2@seq-2.${HEADLESS}:5001`,
      "start",
    ]);
  });

  test.concurrent("lets raft in once the node has founded it, and remembers with how many members", async () => {
    const { at, code } = await start({ shell });
    expect(existsSync(join(at.runDir, "founded"))).toBe(true);
    expect(readFileSync(join(at.data, "members"), "utf8")).toBe("3\n");
    expect(existsSync(join(at.runDir, "running"))).toBe(false);
    expect(code).toBe(0);
  });

  test.concurrent("refuses another number of members, whatever the node would do", async () => {
    const at = place();
    writeFileSync(join(at.data, "members"), "3\n");
    const { code, stderr, calls } = await start({ at, env: { PEER_IDS: "id-0 id-1 id-2 id-3 id-4" }, shell });
    expect({ code, started: calls("testapp").length }).toEqual({ code: 1, started: 0 });
    expect(stderr).toBe(
      "fatal: this raft was founded with 3 members and cannot become one of 5: put the number back. How to get to " +
        "another number: docs/runbooks/member-count.md.\n",
    );
  });

  test.concurrent.each(["lease", "single"] as const)("refuses the volume of a raft's member as %s", async mode => {
    const at = place();
    writeFileSync(join(at.data, "members"), "3\n");
    const { code, stderr, calls } = await start({ at, mode, shell });
    expect({ code, started: calls("testapp").length }).toEqual({ code: 1, started: 0 });
    expect(stderr).toMatch(
      /^fatal: this volume is a member's of a raft of 3, whose others could go on signing .* as (lease|single)/,
    );
  });

  test.concurrent("waits for the execution client, and says where to look when it does not come", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const ENGINE_PORT = String((server.address() as AddressInfo).port);
    const there = await start({ env: { ENGINE_PORT }, shell });
    server.close();
    await once(server, "close");
    const gone = await start({ env: { ENGINE_PORT, ENGINE_WAIT_SECONDS: "0" }, shell });
    expect([there.code, there.stderr.includes("waiting"), gone.code]).toEqual([0, false, 1]);
    expect(gone.stderr).toBe(
      `fatal: nothing listens on port ${ENGINE_PORT} after 0s: see the log of container execution.\n`,
    );
  });

  test.concurrent("ends at once on TERM while it waits for the execution client", async () => {
    const { code, calls } = await start({
      env: { ENGINE_PORT: "1" },
      termWhen: "waiting for the execution client",
      shell,
    });
    expect({ code, started: calls("testapp").length }).toEqual({ code: 143, started: 0 });
  });

  test.concurrent("starts a node that ended again, and leaves one that cannot live to the kubelet", async () => {
    const { code, stderr, calls } = await start({ stub: node(7), shell });
    expect({ code, starts: calls("testapp").length }).toEqual({ code: 7, starts: 5 });
    expect(stderr.match(/starting it again/g)).toHaveLength(4);
    expect(stderr).toContain("the node ended with 7\n");
  });

  test.concurrent("puts the configuration in place, anew at every start of the container", async () => {
    const at = place();
    const token = join(at.root, "token");
    writeFileSync(token, "eyJhbGciOi.J9-_\n");
    for (const _ of [1, 2]) {
      await start({ at, env: { DA_TOKEN_FILE: token }, shell });
      const yaml = readFileSync(join(at.data, "config", "evnode.yaml"), "utf8");
      expect(yaml).toBe(
        "node:\n  block_time: 200ms\nda:\n  auth_token: eyJhbGciOi.J9-_\n  address: http://127.0.0.1:7980\n",
      );
    }
    expect(readFileSync(join(at.data, "config", "node_key.json"), "utf8")).toBe("{}");
  });

  test.concurrent("a member of a pair has no raft, and follows on its own alias", async () => {
    const { stdout } = await start({ mode: "lease", env: { PEER_IDS: "id-0 id-1", RESTART_PAUSE: "0" }, shell });
    expect(stdout).not.toContain("raft");
    expect(stdout).toContain("--evnode.p2p.listen_address=/ip4/127.0.0.11/tcp/7676\n");
    expect(stdout).toContain("--evnode.node.aggregator=false\n");
  });

  test.concurrent("a single sequencer has no raft and listens to everybody", async () => {
    const { stdout, at } = await start({
      mode: "single",
      env: { POD_NAME: "seq-0", PEER_IDS: "id-0" },
      shell,
    });
    expect(stdout).not.toContain("raft");
    expect(stdout).toContain("--evnode.p2p.listen_address=/ip4/0.0.0.0/tcp/7676\n--evnode.p2p.peers=\n");
    expect(existsSync(join(at.data, "members"))).toBe(false);
  });

  test.concurrent.each([
    [{ NODE_KEY: "/nowhere" }, "fatal: no key at /nowhere: the Secret seq-node-keys has no entry seq-1."],
    [{ GENESIS: "/nowhere" }, "fatal: no genesis at /nowhere: the ConfigMap needs the key genesis.json."],
    [
      { PASSPHRASE_FILE: "/nowhere/passphrase" },
      "fatal: no /nowhere/passphrase: the signer's Secret needs the keys signer.json and passphrase.",
    ],
    [{ DA_TOKEN_FILE: "/dev/null" }, "fatal: /dev/null is empty, or holds what no token is made of."],
  ])("says what is missing: %j", async (env, message) => {
    const { code, stderr, calls } = await start({ env, shell });
    expect({ code, started: calls("testapp").length }).toEqual({ code: 1, started: 0 });
    expect(stderr).toContain(message);
  });
});

test("SIGTERM goes to the node, whose answer is waited for, and nothing is started again", async () => {
  const stub = `trap 'echo node stopped; exit 0' TERM
kill -TERM $PPID
while :; do sleep 0.05; done`;
  const { code, stdout, calls } = await start({
    mode: "single",
    env: { POD_NAME: "seq-0", PEER_IDS: "id-0" },
    stub,
  });
  expect({ code, stdout, starts: calls("testapp").length }).toEqual({ code: 0, stdout: "node stopped\n", starts: 1 });
});

// busybox takes its own sleep, which cannot be watched.
test.each(SHELLS.filter(shell => !shell.includes("busybox")))(
  "kills, under %s, a node that has closed its RPC and does not end, and none that has not opened it yet",
  async shell => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const RPC_PORT = String((server.address() as AddressInfo).port);
    server.close();
    await once(server, "close");
    const { stderr } = await start({
      env: { RPC_PORT, HUNG_SECONDS: "0" },
      stub: `CALLS="$CALLS" exec ${process.execPath} -e '${HANGS_AT_FIRST}'`,
      stubs: { sleep: "exec /bin/sleep 0.02" },
      shell,
    });
    expect(stderr.split("\n").filter(line => !line.includes("Killed"))).toEqual([
      "the node has closed its RPC for 0s and not ended: killing it",
      "the node ended with 137: starting it again",
      ...Array(3).fill("the node ended with 0: starting it again"),
      "",
    ]);
  },
);
