import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HARMS } from "../../../cli/drill/harm";
import { verdictOf, writeReport } from "../../../cli/drill/report";
import type { Drill } from "../../../cli/drill/result";
import { type Round, runRound } from "../../../cli/drill/rounds";
import { withKubectl } from "../../../cli/kubernetes/kubectl";
import { targetOf } from "../../../cli/sequencer/target";
import {
  type Cluster,
  calls,
  changes,
  conducted,
  dir,
  environment,
  FORK,
  healthy,
  led,
  type Mode,
  removeStub,
  run,
  setCluster,
  start,
  startStub,
  writes,
} from "../kubernetes/stub-cluster";

jest.setTimeout(30_000); // a round takes a few seconds

const reports = mkdtempSync(join(tmpdir(), "drills-"));

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  environment("lease", "lease");
  environment("single", "single");
  environment("op-single", "op-stack-single");
  environment("conductor", "op-stack");
  environment("guarded", "raft-3", "protected: true\n");
});
afterAll(() => {
  rmSync(reports, { recursive: true });
  removeStub();
});

const MEMBERS = ["seq-0", "seq-1", "seq-2"];
const BLOCK = "/evnode.v1.StoreService/GetBlock";

/** One round on a cluster that becomes another one by the harm that is done. */
function round(mode: Mode, kind: keyof typeof HARMS, after: Cluster): Promise<Round> {
  const cluster = healthy(mode);
  if (mode === "conductor") cluster.rpc = ticking("seq-0");
  setCluster(cluster, after);
  const target = targetOf(mode, { values: join(dir, "values"), set: [] });
  return withKubectl(target.environment.values.cluster, kubectl => runRound(kubectl, target, kind, "the Role", 300));
}

/** Members under op-conductor that have the blocks of one chain; seq-0 may be behind. */
function ticking(leader: string, behind = 0): Cluster {
  const rpc = conducted(leader, MEMBERS);
  for (const name of MEMBERS) rpc[name].behind = name === "seq-0" ? behind : 0;
  return rpc;
}

/** `replace` deletes nothing: what is patched, deleted or executed. */
const harm = () => writes().map(({ args }) => args.slice(2).filter(word => !word.startsWith("--request-timeout")));

describe("a round", () => {
  test("kills the node beside the leader's start script, and sees who leads then", async () => {
    const result = await round("raft", "kill", { http: led("seq-1", MEMBERS) });
    expect(result).toMatchObject({ leader: "seq-0", heir: "seq-1", conflicts: [], decreases: [] });
    expect(result.gap.ms).toBeGreaterThan(0);
    expect(harm()).toEqual([
      [
        "exec",
        "--namespace",
        "raft",
        "seq-0",
        "--container",
        "node",
        "--",
        "sh",
        "-c",
        expect.stringContaining("kill -9"),
      ],
    ]);
  });

  test.each([
    ["kill", ["node kill -9"]],
    ["kill-conductor", ["conductor kill -9"]],
    ["kill-execution", ["execution kill -9"]],
    ["hang", ["node kill -STOP", "node kill -CONT"]],
  ] as const)("under op-conductors: %s", async (kind, wanted) => {
    const result = await round("conductor", kind, { http: led("seq-1", MEMBERS), rpc: ticking("seq-1") });
    expect(result).toMatchObject({ leader: "seq-0", heir: "seq-1", conflicts: [], decreases: [] });
    expect(
      harm().map(words => [words.at(-5), words.at(-1)?.split("\n").at(-1)?.replace(/ \$.*/, "")].join(" ")),
    ).toEqual(wanted);
  });

  test("an execution client that is killed may come back with fewer blocks, and no other member", async () => {
    const after = { http: led("seq-1", MEMBERS), rpc: ticking("seq-1", 50) };
    expect((await round("conductor", "kill-execution", after)).decreases).toEqual([]);
    expect((await round("conductor", "kill", after)).decreases).toEqual(["seq-0"]);
  });

  test("deletes the very pod of a raft's leader for a handoff", async () => {
    await round("raft", "handoff", { http: led("seq-1", MEMBERS) });
    expect(harm()).toEqual([["delete", "--raw", "/api/v1/namespaces/raft/pods/seq-0", "-f", "-"]]);
    expect(JSON.parse(writes()[0]?.input ?? "")).toMatchObject({ preconditions: { uid: "uid-seq-0" } });
  });

  test("passes a Lease on for a handoff", async () => {
    await round("lease", "handoff", { http: led("seq-1", MEMBERS) });
    const patch = JSON.stringify({ metadata: { annotations: { "rollup-network/handoff-to": "seq-1" } } });
    expect(harm()).toEqual([["patch", "--namespace", "lease", "lease", "seq", "--type=merge", "--patch", patch]]);
  });

  test("has an op-conductor transfer leadership for a handoff", async () => {
    const after = { http: led("seq-1", MEMBERS), rpc: ticking("seq-1") };
    expect(await round("conductor", "handoff", after)).toMatchObject({ leader: "seq-0", heir: "seq-1" });
    expect(harm()).toEqual([]);
    expect(changes()).toEqual(["seq-0 conductor_transferLeader"]);
  });

  test("thaws the mesh that it froze", async () => {
    await round("raft", "partition", { http: led("seq-1", MEMBERS) });
    const scripts = harm().map(words => words.at(-1));
    expect(scripts).toEqual([expect.stringContaining("kill -STOP"), expect.stringMatching(/kill -CONT \$proxies$/)]);
    expect(harm().every(words => words.includes("mesh"))).toBe(true);
  });

  test("sees a second block of one height, and two that lead", async () => {
    const http = led("seq-1", MEMBERS);
    http["seq-2"][BLOCK] = [200, FORK];
    const { conflicts } = await round("raft", "kill", { http });
    expect(Object.keys(conflicts[0]?.hashes ?? {})).toHaveLength(2);
    expect(verdictOf(drillOf([{ ...SYNTHETIC, conflicts }])).passed).toBe(false);
  });
});

test.each<[string, string[], (cluster: Cluster) => void, string]>([
  ["one that nobody could take over from", ["single"], () => {}, "→ choose another way at sequencer.ha"],
  ["one of an OP Stack chain", ["op-single", "--kind", "kill-conductor"], () => {}, "sequencer seq is alone"],
  [
    "a partition of a pair",
    ["lease", "--kind", "partition"],
    () => {},
    "--kind partition is not for sequencer seq, a pair behind a Lease: members of a pair need no link",
  ],
  ["a protected environment", ["guarded"], () => {}, "repeat its name with --protected-environment guarded"],
  ["no rounds", ["raft", "--rounds", "0"], () => {}, "a whole number from 1"],
  ...["kill-conductor", "kill-execution", "hang"].flatMap(kind =>
    [
      ["raft", "a raft"],
      ["lease", "a pair behind a Lease"],
    ].map(([name = "", noun]): [string, string[], () => void, string] => [
      `${kind} of ${noun}`,
      [name, "--kind", kind],
      () => {},
      `--kind ${kind} is not for sequencer seq, ${noun}: it is for members under op-conductor → use --kind kill`,
    ]),
  ),
  [
    "another kind",
    ["raft", "--kind", "flood"],
    () => {},
    "Allowed choices are kill, kill-conductor, kill-execution, hang, handoff, partition, rolling",
  ],
  ["a report that cannot be written", ["raft", "--out", "/dev/null/x"], () => {}, "cannot write /dev/null/x"],
  [
    "a sequencer that is not well",
    ["raft"],
    cluster => {
      cluster.objects["pod/seq-2"].status.conditions[0].status = "False";
    },
    "is not healthy, and a drill needs all of it: seq-2 is not ready → sequencer status raft",
  ],
  [
    "a second drill",
    ["raft"],
    cluster => {
      cluster.objects["lease/seq-drill"] = drillLease(new Date());
    },
    "a drill of raft/seq is under way, by ann@example.com since",
  ],
  [
    "one whose Lease does not say whose it is",
    ["raft"],
    cluster => {
      cluster.objects["lease/seq-drill"] = drillLease(new Date());
      for (const key of ["holderIdentity", "acquireTime"]) delete cluster.objects["lease/seq-drill"].spec[key];
    },
    "a drill of raft/seq is under way → wait for its end",
  ],
  [
    "one whose Lease was renewed by a clock that is ahead",
    ["raft"],
    cluster => {
      cluster.objects["lease/seq-drill"] = drillLease(new Date("2999-01-01T00:00:00Z"));
    },
    "its Lease of 120 s was renewed at 2999-01-01T00:00:00.000Z → compare the clocks, and if no drill runs: " +
      "kubectl --namespace raft delete lease seq-drill",
  ],
  [
    "one whose Lease has no end",
    ["raft"],
    cluster => {
      cluster.objects["lease/seq-drill"] = drillLease(new Date());
      cluster.objects["lease/seq-drill"].spec.leaseDurationSeconds = 1e9;
    },
    "its Lease of 1000000000 s was renewed at",
  ],
])("refuses %s, and does no harm", async (_, args, change, message) => {
  const [name = ""] = args;
  const cluster = healthy(name === "lease" ? "lease" : name === "single" ? "single" : "raft");
  change(cluster);
  setCluster(cluster);
  const { code, stderr } = await run("drill", "--out", reports, ...args, "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(harm().filter(([verb]) => verb !== "create")).toEqual([]);
});

test("the help says for which sequencers a kind is not", async () => {
  const { stdout } = await run("drill", "--help");
  const notFor = (kind: string) => new RegExp(`^  ${kind} .*?(?: \\(not for (.*)\\))?$`, "m").exec(stdout)?.[1];
  expect(["kill", "hang", "partition"].map(notFor)).toEqual([
    undefined,
    "a raft or a pair behind a Lease",
    "a pair behind a Lease",
  ]);
});

function drillLease(renewed: Date): Cluster {
  const time = renewed.toISOString();
  const spec = { holderIdentity: "ann@example.com", leaseDurationSeconds: 120, acquireTime: time, renewTime: time };
  return { kind: "Lease", metadata: { name: "seq-drill", resourceVersion: "41" }, spec };
}

test("refuses a drill whose Lease another one took in the same moment", async () => {
  const cluster = healthy("raft");
  cluster.objects["lease/seq-drill"] = drillLease(new Date(0));
  const replace = 'Error from server (Conflict): error when replacing "STDIN": the object has been modified';
  setCluster({ ...cluster, fail: { replace } });
  const { code, stderr } = await run("drill", "raft", "--out", reports, "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("another drill of seq has just begun");
  expect(harm().map(([verb]) => verb)).toEqual(["create", "replace"]);
});

test("Ctrl-C gives the drill's Lease back; that of a drill that was killed is taken over", async () => {
  const cluster = healthy("raft");
  cluster.objects["lease/seq-drill"] = drillLease(new Date(Date.now() - 3_600_000));
  setCluster(cluster);
  const { child, ended } = start("drill", "raft", "--yes", "--out", reports);
  child.stderr.on("data", (text: Buffer) => {
    if (String(text).includes("round 1 of 1")) child.kill("SIGINT");
  });
  const { code } = await ended;
  expect(code).toBe(130);
  const [replaced] = calls().filter(({ args }) => args.includes("replace"));
  expect(JSON.parse(replaced?.input ?? "").metadata).toMatchObject({ name: "seq-drill", resourceVersion: "41" });
  expect(harm().at(-1)).toEqual(["delete", "--namespace", "raft", "--ignore-not-found", "lease", "seq-drill"]);
  expect(readdirSync(reports)).toEqual([]);
});

test("a reader of the output that is gone is taken for Ctrl-C: the drill's Lease is given back", async () => {
  setCluster(healthy("raft"));
  const { child, ended } = start("drill", "raft", "--yes", "--out", reports);
  child.stderr.once("data", () => child.stderr.destroy());
  expect((await ended).code).toBe(141);
  expect(harm().at(-1)).toEqual(["delete", "--namespace", "raft", "--ignore-not-found", "lease", "seq-drill"]);
});

const SYNTHETIC: Round = {
  leader: "seq-0",
  heir: "seq-1",
  faultAt: 1_000_000,
  end: 1_010_000,
  gap: { ms: 640, from: 1_000_100, to: 1_000_740 },
  overlaps: [],
  conflicts: [],
  decreases: [],
  samples: MEMBERS.flatMap(member =>
    [-2000, 100, 740, 9000].map((t, i) => ({
      t: 1_000_000 + t,
      asked: 1_000_000 + t - 5,
      member,
      kind: "block" as const,
      height: 100 + i,
      hash: `${i}`,
    })),
  ),
};

function drillOf(rounds: readonly Round[]): Drill {
  return {
    target: targetOf("raft", { values: join(dir, "values"), set: [] }),
    cluster: "context test of config",
    who: "ann@example.com",
    kind: "kill",
    startedAt: new Date("2026-01-02T03:04:05Z"),
    objective: { p50: 15, p95: 45 },
    rounds,
  };
}

describe("what came out", () => {
  const slow = { ...SYNTHETIC, gap: { ...SYNTHETIC.gap, ms: 46_000 } };
  const overlap = { members: ["seq-0", "seq-1"] as const, ms: 20, from: 1, to: 21, uncertaintyMs: 5 };

  test("is held against the objective: the longest gap for p95 below 20 rounds", () => {
    expect(verdictOf(drillOf([SYNTHETIC]))).toMatchObject({
      p50: 0.64,
      max: 0.64,
      withinObjective: true,
      passed: true,
    });
    expect(verdictOf(drillOf([SYNTHETIC, SYNTHETIC, slow]))).toMatchObject({ p50: 0.64, max: 46, passed: false });
    const many = [...Array(20).fill(SYNTHETIC), slow];
    expect(verdictOf(drillOf(many))).toMatchObject({ p95: 0.64, max: 46, passed: true });
  });

  test.each<[string, Partial<Round>]>([
    ["two leaders", { overlaps: [overlap] }],
    ["a conflict", { conflicts: [{ height: 7, hashes: { a: ["seq-0"], b: ["seq-1"] } }] }],
    ["a height that fell", { decreases: ["seq-2"] }],
  ])("fails for %s", (_, change) => {
    expect(verdictOf(drillOf([{ ...SYNTHETIC, ...change }])).passed).toBe(false);
  });

  test("is a report with a picture", () => {
    const file = writeReport(reports, drillOf([SYNTHETIC, slow]));
    expect(readFileSync(file, "utf8")).toMatchSnapshot();
    const picture = readFileSync(file.replace(/md$/, "svg"), "utf8");
    expect(picture).toMatch(/^<svg[^>]* viewBox/);
    for (const text of [
      "seq-0",
      "seq-1",
      "seq-2",
      "seconds after the fault",
      "46.00 s without a block",
      "raft: kill of seq-0, round 2",
    ]) {
      expect(picture).toContain(text);
    }
  });
});
