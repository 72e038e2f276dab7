import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { folder, prints, type Run, rpc, run, SHELLS, scripts } from "../../../../run-script";
import { listeningPort } from "../listening";

/** Stands for op-node and the execution client. */
const port = listeningPort();

const FILES = ["raft-log.db", "raft-log-without-block.db", "raft-stable.db"];

interface Options {
  readonly shell: string;
  /** What is in the member's folder before. */
  readonly before?: Readonly<Record<string, string>>;
  readonly head?: string;
  /** How many minutes ago an operator wanted the raft founded again. */
  readonly again?: number;
  /** Whether it was founded again at the start before. */
  readonly done?: boolean;
  /** What the mesh says: 200 once another member has founded the raft. */
  readonly others?: string;
  /** Whether the values say that the chain has blocks. */
  readonly hasBlocks?: boolean;
  /** Members whose mesh is there, when the own one is asked so often. */
  readonly there?: (asked: number) => readonly number[];
}

async function start(options: Options) {
  const { shell, before, head = "0x0", others = "503", there = () => [0], again, done, hasBlocks } = options;
  const [raft, runDir] = [folder(), folder()];
  for (const file of FILES) {
    const packed = join(scripts(shell), `${file}.gz.b64`);
    if (!existsSync(packed)) writeFileSync(packed, gzipSync(`seed of ${file}`).toString("base64"));
  }
  const own = join(raft, "seq-1");
  if (before) mkdirSync(own);
  for (const [name, text] of Object.entries(before ?? {})) writeFileSync(join(own, name), text);
  if (again !== undefined) {
    writeFileSync(join(raft, "found-again"), "");
    const at = Date.now() / 1000 - 60 * again;
    utimesSync(join(raft, "found-again"), at, at);
  }
  if (done) writeFileSync(join(raft, "founded-again"), "");
  const result: Run = await run("start-conductor.sh", {
    env: {
      POD_NAME: "seq-1",
      RUN_DIR: runDir,
      MEMBER_ALIAS: "127.0.0.1",
      HEADLESS: "seq-headless.net.svc.cluster.local",
      RAFT_DIRECTORY: raft,
      RAFT_PORT: "50050",
      RPC_PORT: port(),
      NODE_PORT: port(),
      CONDUCTOR_PORT: "1",
      POD_IP: "10.0.0.1",
      MESH_PORT: "9105",
      MESH_RAFT_PORT: port(),
      ROLE_PORT: "9546",
      MEMBERS: "seq-0=a:1 seq-1=b:1 seq-2=c:1",
      SETTLE_SECONDS: "1",
      RESTART_PAUSE_SECONDS: "0",
      ...(hasBlocks && { HAS_BLOCKS: "yes" }),
    },
    args: ["op-conductor", "--flag"],
    stubs: {
      "op-conductor": "exit 0",
      curl: {
        [`http://127.0.0.1:${port()}/`]: rpc(head),
        "http://10.0.0.1:9105/healthz": prints(others),
        ...Object.fromEntries(
          [0, 1, 2].map(i => [
            `http://127.0.0.1:9546/up/p2p-${i}`,
            Array.from({ length: 20 }, (_, asked) => prints(there(asked).includes(i) ? "200" : "503")),
          ]),
        ),
      },
    },
    shell,
  });
  const files = existsSync(own) ? readdirSync(own).sort() : [];
  const text = Object.fromEntries(files.map(name => [name, readFileSync(join(own, name), "utf8")]));
  return { ...result, text, left: readdirSync(raft), runDir };
}

const SEED = { "raft-log.db": "seed of raft-log.db", "raft-stable.db": "seed of raft-stable.db" };
const WITHOUT_BLOCK = { ...SEED, "raft-log.db": "seed of raft-log-without-block.db" };

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("founds the raft where nobody has, and lets raft in", async () => {
    const { text, stderr, runDir, calls } = await start({ shell });
    expect(text).toEqual(SEED);
    expect(stderr).toContain("founding the raft on the genesis block");
    expect(readdirSync(runDir)).toEqual(["founded"]); // and no longer "running"
    expect(calls("op-conductor")[0]).toBe(
      "--flag --consensus.addr=127.0.0.11 " +
        "--consensus.advertised=seq-1.seq-headless.net.svc.cluster.local:50050 --raft.server.id=seq-1",
    );
  });

  test.concurrent("leaves a raft alone that is there, and asks nobody", async () => {
    const before = { "raft-log.db": "of a living raft" };
    const { text, calls } = await start({ shell, before });
    expect(text).toEqual(before);
    expect(calls("curl")).toEqual([]);
  });

  test.concurrent("founds nothing where another member has: its own volume was lost, or it came later", async () => {
    const { text, stderr, runDir, calls } = await start({ shell, others: "200" });
    expect(text).toEqual({});
    expect(stderr).toContain("another member has founded the raft: joining it");
    expect(readdirSync(runDir)).toEqual(["founded"]);
    expect(calls("op-conductor").length).toBeGreaterThan(0);
  });

  test.concurrent("founds nothing while it sees no majority: it may be a new member of an old raft", async () => {
    const { text, calls } = await start({ shell, there: asked => (asked >= 15 ? [2] : []) });
    expect(text).toEqual(SEED);
    expect(calls("curl").filter(line => line.endsWith("/up/p2p-2")).length).toBeGreaterThan(15);
  });

  test.concurrent("founds nothing on a chain that has blocks", async () => {
    const { text, stderr } = await start({ shell, head: "0x05" });
    expect(text).toEqual({});
    expect(stderr).toContain("the raft's files are gone, and the chain has blocks");
  });

  test.concurrent("founds nothing on an empty volume where the values say that the chain has blocks", async () => {
    const { text, stderr, runDir, calls } = await start({ shell, hasBlocks: true });
    expect(text).toEqual({});
    expect(stderr).toContain("its members found no raft: joining what the others have");
    expect(readdirSync(runDir)).toEqual(["founded"]);
    expect(calls("op-conductor").length).toBeGreaterThan(0);
  });

  test.concurrent("founds it without a block where an operator says so, on a chain that has blocks", async () => {
    const { text } = await start({ shell, hasBlocks: true, again: 1 });
    expect(text).toEqual(WITHOUT_BLOCK);
  });

  test.concurrent.each(["0x05", "0x0"])(
    "founds it again without a block where an operator says so, with head %s, and keeps the old",
    async head => {
      const { text, left, stderr } = await start({ shell, head, again: 59, before: { "raft-log.db": "poisoned" } });
      expect({ text, left }).toEqual({ text: WITHOUT_BLOCK, left: ["founded-again", "seq-1", "seq-1.old"] });
      expect(stderr).toContain("founding the raft on no block: an operator says where the chain goes on");
    },
  );

  test.concurrent("joins where another member has founded it again", async () => {
    const before = { "raft-log.db": "poisoned" };
    const { text, left } = await start({ shell, head: "0x05", again: 1, others: "200", before });
    expect({ text, left }).toEqual({ text: {}, left: ["founded-again", "seq-1.old"] });
  });

  test.concurrent("leaves a raft alone that was to be founded again more than an hour ago", async () => {
    const before = { "raft-log.db": "of a living raft" };
    const { text, left, stderr } = await start({ shell, again: 62, before });
    expect({ text, left }).toEqual({ text: before, left: ["seq-1"] });
    expect(stderr).toContain("found-again is older than an hour: not founding the raft again");
  });

  test.concurrent("says only at the first start that it has founded the raft again", async () => {
    const { left } = await start({ shell, done: true, before: { "raft-log.db": "of a living raft" } });
    expect(left).toEqual(["seq-1"]);
  });

  test.concurrent("founds into an empty folder, and over an attempt that was interrupted", async () => {
    const { text, left } = await start({ shell, before: {} });
    expect({ text, left }).toEqual({ text: SEED, left: ["seq-1"] });
  });

  test.concurrent("fails where files of a raft are left without its log", async () => {
    const { code, stderr, text, calls } = await start({ shell, before: { snapshots: "" } });
    expect({ code, text, started: calls("op-conductor").length }).toEqual({
      code: 1,
      text: { snapshots: "" },
      started: 0,
    });
    expect(stderr).toContain("holds files of a raft without its log: docs/op-stack.md");
  });
});
