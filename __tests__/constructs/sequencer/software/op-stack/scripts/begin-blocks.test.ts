import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fails, folder, prints, rpc, run, SHELLS } from "../../../../run-script";

const hash = (n: number) => `0xb1${String(n).padStart(62, "0")}`;
const block = (number: number) => ({ hash: hash(number), number, parentHash: hash(number - 1), timestamp: 1 });

interface Status {
  /** The newest block of the execution client. */
  readonly head: number;
  /** How far L1 is read. */
  readonly read?: number;
}

const NO_HASH = `0x${"0".repeat(64)}`;

/** What op-node says of its chains, before it has heard of L1's newest block. */
function status({ head, read = 7 }: Status): string {
  const unsafe = { ...block(head), l1origin: { hash: hash(1), number: 1 }, sequenceNumber: 0 };
  return rpc({
    current_l1: block(read),
    current_l1_finalized: block(1),
    head_l1: { ...block(0), hash: NO_HASH },
    safe_l1: block(1),
    unsafe_l2: unsafe,
    safe_l2: { ...unsafe, ...block(0) },
    cross_unsafe_l2: { ...unsafe, ...block(0) },
  });
}

const refuses = (message: string) =>
  prints(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32000, message } }));

interface World {
  readonly shell: string;
  /** The newest block that was seen before. */
  readonly seen?: number | string;
  /** What op-node says of its chains, one after the other; with the last it ends. */
  readonly looks: readonly string[];
  /** What it says to a start. */
  readonly starts?: readonly string[];
  /** What L1 says of its newest block. */
  readonly l1?: string;
}

/** Runs the script beside an op-node. */
async function begin({ shell, seen, looks, starts = [rpc(null)], l1 = rpc("0x7") }: World) {
  const newest = join(folder(), "newest-block");
  if (seen !== undefined) writeFileSync(newest, `${seen}\n`);
  const node = spawn("sleep", ["20"]);
  const oneByOne = (method: string, answers: readonly string[]) => {
    const cases = answers.map((answer, i) => `${i + 1 === answers.length ? "*" : i + 1}) ${answer} ;;`);
    return `*${method}*) case $(grep -c ${method} "$CALLS/curl") in ${cases.join(" ")} esac ;;`;
  };
  const result = await run("begin-blocks.sh", {
    env: { POD_NAME: "seq-0", NODE_PORT: "9545", L1_PORT: "7980", NEWEST_BLOCK: newest, LOOK_SECONDS: "0" },
    args: [String(node.pid)],
    stubs: {
      curl: [
        'case "$*" in',
        oneByOne("syncStatus", [...looks.slice(0, -1), `kill ${node.pid}; ${looks.at(-1)}`]),
        oneByOne("startSequencer", starts),
        `*eth_blockNumber*7980*) ${l1} ;;`,
        `*) ${rpc(null)} ;;`,
        "esac",
      ].join("\n"),
    },
    shell,
  });
  const asked = result
    .calls("curl")
    .map(line => /"method":"\w+_(\w+)","params":\[(?:"(\w+)")?\]/.exec(line)?.slice(1) as [string, string?])
    .filter(([method]) => method !== "blockNumber");
  const first = asked.findIndex(([method]) => method === "startSequencer");
  return {
    ...result,
    asked,
    /** How often it has looked before it has the first start. */
    looked: first < 0 ? undefined : first,
    started: asked.filter(([method]) => method === "startSequencer").map(([, head]) => head),
    remembered: existsSync(newest) ? readFileSync(newest, "utf8") : undefined,
  };
}

/** Of an op-node that does not know its newest block yet. */
const NO_CHAIN = status({ head: 0, read: 0 }).replaceAll(hash(0), NO_HASH);

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("a new volume waits until L1 is read, and goes on from its newest block", async () => {
    const reading = [status({ head: 10, read: 5 }), status({ head: 11, read: 7 })];
    const idle = Array<string>(5).fill(status({ head: 12, read: 7 }));
    const { code, looked, asked, started, stderr, remembered } = await begin({
      shell,
      looks: [NO_CHAIN, ...reading, ...idle],
    });
    expect({ code, looked, started, remembered }).toEqual({
      code: 0,
      looked: 1 + 2 + 4, // three after that which saw block 12 first
      started: [hash(12)],
      remembered: "12\n",
    });
    expect(asked[8]).toEqual(["outputAtBlock", "0x7fffffffffffffff"]);
    expect(stderr).toContain("the newest block is 10, and none was seen before: reading L1 first, up to its block 7");
    expect(stderr).toContain("making blocks on block 12");
    expect(stderr).not.toContain("are lost");
  });

  test.concurrent.each([12, 13])(
    "a member that has block 12 of 12 that were seen starts at once (it has %i)",
    async head => {
      const { looked, started, stderr } = await begin({
        shell,
        seen: 12,
        looks: Array(2).fill(status({ head, read: 1 })),
      });
      expect({ looked, started }).toEqual({ looked: 1, started: [hash(head)] });
      expect(stderr).not.toMatch(/reading L1|are lost/);
    },
  );

  test.concurrent("one that is short of blocks reads L1 first, and says which ones L1 does not have", async () => {
    const { looked, started, stderr, remembered } = await begin({
      shell,
      seen: 12,
      looks: [status({ head: 8, read: 6 }), ...Array<string>(5).fill(status({ head: 9 }))],
    });
    expect({ looked, started, remembered }).toEqual({ looked: 5, started: [hash(9)], remembered: "9\n" });
    expect(stderr).toContain("blocks 10 to 12 are lost: the execution client came back without them");
  });

  test.concurrent("one that gets its blocks from L1 starts as soon as it has them", async () => {
    const { looked, started, stderr } = await begin({
      shell,
      seen: 12,
      looks: [status({ head: 8, read: 3 }), ...Array<string>(2).fill(status({ head: 12, read: 5 }))],
    });
    expect({ looked, started }).toEqual({ looked: 2, started: [hash(12)] });
    expect(stderr).not.toContain("are lost");
  });

  test.concurrent("a new volume waits while L1 does not answer", async () => {
    const looks = Array<string>(5).fill(status({ head: 0 }));
    expect((await begin({ shell, looks, l1: fails(22) })).started).toEqual([]);
  });

  test.concurrent("one that knows no block yet has lost none", async () => {
    const { started, stderr } = await begin({
      shell,
      seen: 12,
      looks: [NO_CHAIN, ...Array(2).fill(status({ head: 12 }))],
    });
    expect(started).toEqual([hash(12)]);
    expect(stderr).not.toMatch(/reading L1|are lost/);
  });

  test.concurrent("says once why op-node does not start, and why L1 cannot be read", async () => {
    const looks = Array<string>(4).fill(status({ head: 12 }));
    const refused = await begin({ shell, seen: 12, looks, starts: [refuses("sequencer is not enabled")] });
    expect(refused.stderr.match(/sequencer is not enabled/g)).toHaveLength(1);
    const silent = await begin({ shell, looks, l1: fails(22) });
    expect(silent.stderr.match(/L1 does not say how far it goes/g)).toHaveLength(1);
  });

  test.concurrent("what is no number is no block that was seen", async () => {
    const { started } = await begin({
      shell,
      seen: "x y",
      looks: Array<string>(3).fill(status({ head: 12, read: 1 })),
    });
    expect(started).toEqual([]);
  });

  test.concurrent("the newest block that was seen does not become an older one beside one op-node", async () => {
    const looks = [12, 20, 15, 15].map(head => status({ head }));
    expect((await begin({ shell, seen: 12, looks })).remembered).toBe("20\n");
  });

  test.concurrent("a start that op-node refuses, or does not answer, is tried again on its newest block", async () => {
    const heads = [12, 13, 14, 14].map(head => status({ head }));
    const starts = [refuses("block hash does not match"), fails(28), rpc(null)];
    const { started, stderr } = await begin({ shell, seen: 12, looks: heads, starts });
    expect(started).toEqual([12, 13, 14].map(hash));
    expect(stderr.match(/making blocks/g)).toHaveLength(1);
  });

  test.concurrent("an op-node that makes blocks already is not started again", async () => {
    const { started, remembered } = await begin({
      shell,
      seen: 12,
      looks: [12, 13].map(head => status({ head })),
      starts: [refuses("sequencer already running")],
    });
    expect({ started, remembered }).toEqual({ started: [hash(12)], remembered: "13\n" });
  });

  test.concurrent("the newest block is kept up to date, and stays when op-node does not answer", async () => {
    const looks = [12, 15].map(head => status({ head }));
    expect((await begin({ shell, seen: 12, looks: [...looks, fails(28)] })).remembered).toBe("15\n");
  });

  test.concurrent("it ends with op-node, also with one that never answered, and remembers what it knew", async () => {
    const { code, started, remembered } = await begin({ shell, seen: 12, looks: [fails(7), fails(7)] });
    expect({ code, started, remembered }).toEqual({ code: 0, started: [], remembered: "12\n" });
  });
});
