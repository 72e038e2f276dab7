import {
  type Cluster,
  calls,
  changes,
  conducted,
  environment,
  hashOf,
  healthy,
  removeStub,
  run,
  setCluster,
  startStub,
  writes,
} from "../kubernetes/stub-cluster";

afterAll(removeStub);
beforeAll(async () => {
  await startStub();
  environment("op", "op-stack");
  environment("raft", "raft-3");
});

/** A healthy sequencer under op-conductor, changed, with what becomes of it after a pod is deleted. */
function given(change: (rpc: Cluster, cluster: Cluster) => void = () => {}, after?: Cluster): void {
  const cluster = healthy("conductor");
  change(cluster.rpc, cluster);
  setCluster(cluster, after);
}

const nobodyLeads = (rpc: Cluster) => {
  rpc["seq-0"].conductor_leader = false;
};

const events = () => writes().flatMap(({ input }) => (input.includes('"Event"') ? [JSON.parse(input).reason] : []));

describe("status", () => {
  test("is healthy, and reads heights and roles", async () => {
    given();
    const { code, stdout } = await run("sequencer", "status", "op", "--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      leaders: ["seq-0"],
      members: [{ height: 120, paused: false, overridden: false }, { lag: 5 }, {}],
    });
  });

  test.each([
    ["conductor_paused", "seq-1 is paused: op-conductor neither starts nor stops its op-node"],
    ["conductor_leaderOverridden", "seq-1 is overridden: it makes blocks without the raft"],
  ])("ends with 1, and says so, with %s", async (method, problem) => {
    given(rpc => (rpc["seq-1"][method] = true));
    const { code, stdout } = await run("sequencer", "status", "op", "--json");
    expect({ code, problems: JSON.parse(stdout).problems }).toEqual({ code: 1, problems: [problem] });
  });
});

test("an op-conductor that does not know the members of its raft says the rest", async () => {
  given(rpc => delete rpc["seq-1"].conductor_clusterMembership);
  expect((await run("sequencer", "status", "op")).code).toBe(0);
});

describe("members", () => {
  test("lists who votes and where, and ends with 0", async () => {
    given();
    const { code, stdout } = await run("sequencer", "members", "op");
    const rows = stdout.split("\n").map(line => line.trim().split(/\s+/));
    expect(rows).toContainEqual(["seq-0", "voter", "yes", "yes", "seq-0.seq-headless:50050"]);
    expect(rows).toContainEqual(["seq-2", "voter", "no", "yes", "seq-2.seq-headless:50050"]);
    expect(code).toBe(0);
    expect(writes()).toEqual([]);
  });

  test("ends with 1 for one that does not vote, one that is missing and one too many", async () => {
    given(rpc => {
      for (const name of Object.keys(rpc)) {
        rpc[name].conductor_clusterMembership.servers = [
          { id: "seq-0", addr: "a:1", suffrage: 0 },
          { id: "seq-1", addr: "b:1", suffrage: 1 },
          { id: "seq-3", addr: "d:1", suffrage: 0 },
        ];
      }
    });
    const { code, stdout } = await run("sequencer", "members", "op", "--json");
    const { problems, members } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(members.map(({ suffrage }: { suffrage: string }) => suffrage)).toEqual([
      "voter",
      "non-voter",
      "not in the raft",
      "voter",
    ]);
    expect(problems).toContain("seq-3 is in the raft, and the values name 3 members");
  });

  test("takes a follower out, on the leader, with an Event", async () => {
    given();
    const { code, stdout, stderr } = await run("sequencer", "members", "op", "--remove", "seq-2", "--yes");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "seq-2 is no longer in the raft, which has seq-0, seq-1\n" });
    expect(stderr).toContain("2 voters stay, of which none may be lost");
    expect(changes()).toEqual(["seq-0 conductor_removeServer seq-2 0"]);
    expect(events()).toEqual(["MemberRemovalRequested"]);
  });

  test("has a leader hand over before it takes it out, and does nothing twice", async () => {
    given();
    const first = await run("sequencer", "members", "op", "--remove", "seq-0", "--yes");
    expect(first.code).toBe(0);
    expect(changes()).toEqual(["seq-0 conductor_transferLeader", "seq-1 conductor_removeServer seq-0 0"]);
    const second = await run("sequencer", "members", "op", "--remove", "seq-0", "--yes");
    expect(second).toMatchObject({ code: 0, stdout: "seq-0 is not in the raft, which has seq-1, seq-2\n" });
    expect(changes()).toHaveLength(2);
  });

  test.each<[string, (rpc: Cluster) => void, string, string]>([
    [
      "another member is not healthy",
      rpc => (rpc["seq-1"].conductor_sequencerHealthy = false),
      "seq-2",
      "seq-1 not healthy",
    ],
    ["another member does not answer", rpc => delete rpc["seq-1"], "seq-2", "seq-1 not healthy"],
    [
      "another member does not say whether it is overridden",
      rpc => delete rpc["seq-1"].conductor_leaderOverridden,
      "seq-2",
      "seq-1 not healthy",
    ],
    ["nobody leads", nobodyLeads, "seq-2", "no member leads the raft"],
    [
      "the leader does not say who is in the raft",
      rpc => (rpc["seq-0"].conductor_clusterMembership = null),
      "seq-2",
      "seq-0 leads a raft in which it does not count itself",
    ],
    ["a member is overridden", rpc => (rpc["seq-1"].conductor_leaderOverridden = true), "seq-2", "seq-1 is overridden"],
    [
      "too few would stay",
      rpc => {
        const { conductor_clusterMembership: membership } = rpc["seq-0"]; // of all of them
        membership.servers = membership.servers.slice(0, 2);
      },
      "seq-1",
      "without seq-1 1 voters stay, and 3 members need 2",
    ],
    ["the name is no pod of it", () => {}, "boot-0", "--remove boot-0 is no pod of seq"],
  ])("fails, and changes nothing, when %s", async (_, change, member, message) => {
    given(change);
    const { code, stderr } = await run("sequencer", "members", "op", "--remove", member, "--yes");
    expect(stderr).toContain(message);
    expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  });

  test("fails for a raft of ev-node, whose members are fixed", async () => {
    const { code, stderr } = await run("sequencer", "members", "raft");
    expect(code).toBe(1);
    expect(stderr).toContain("sequencer seq is a raft, and members is for op-conductors");
  });
});

describe("handoff", () => {
  const handoff = (...options: readonly string[]) => run("sequencer", "handoff", "op", "--yes", ...options);

  test("transfers leadership to the next member, or to the one that is named, and ends no pod", async () => {
    given();
    expect(await handoff()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^seq-1 leads after \d+\.\d s\n$/),
    });
    expect((await handoff("--to", "seq-0")).code).toBe(0);
    expect(changes()).toEqual([
      "seq-0 conductor_transferLeaderToServer seq-1 seq-1.seq-headless:50050",
      "seq-1 conductor_transferLeaderToServer seq-0 seq-0.seq-headless:50050",
    ]);
    expect(events()).toEqual(["HandoffRequested", "HandoffRequested"]);
    expect(calls().filter(({ args }) => args.includes("delete"))).toEqual([]);
  });

  test("passes over a member that is not healthy, or does not vote", async () => {
    given(rpc => (rpc["seq-1"].conductor_sequencerHealthy = false));
    await handoff();
    expect(changes()[0]).toContain("conductor_transferLeaderToServer seq-2");
    given(rpc => {
      for (const each of Object.values<Cluster>(rpc)) each.conductor_clusterMembership.servers[1].suffrage = 1;
    });
    await handoff();
    expect(changes()[0]).toContain("conductor_transferLeaderToServer seq-2");
  });

  test.each<[string, (rpc: Cluster) => void, string[], string]>([
    ["to the leader", () => {}, ["--to", "seq-0"], "--to seq-0 leads already → leave --to out"],
    ["to a stranger", () => {}, ["--to", "seq-7"], "--to seq-7 is no member of sequencer seq → use seq-0 or seq-1"],
    [
      "to one that is not healthy",
      rpc => (rpc["seq-2"].conductor_sequencerHealthy = false),
      ["--to", "seq-2"],
      "seq-2 is no healthy voter of the raft, and could not make blocks → look at sequencer members op",
    ],
    [
      "to nobody who is healthy",
      rpc => {
        for (const name of ["seq-1", "seq-2"]) rpc[name].conductor_sequencerHealthy = false;
      },
      [],
      "seq-1, seq-2 are no healthy voter of the raft",
    ],
    ["without a leader", nobodyLeads, [], "no member leads, so none can hand over → look at sequencer status op"],
    [
      "to members that are paused",
      rpc => (rpc["seq-1"].conductor_paused = true),
      [],
      "seq-1 is paused, and starts no op-node → sequencer resume op first",
    ],
    [
      "beside one that is overridden",
      rpc => (rpc["seq-2"].conductor_leaderOverridden = true),
      [],
      "seq-2 is overridden → end that first: sequencer override op --end",
    ],
  ])("is refused %s", async (_, change, options, message) => {
    given(change);
    const { code, stderr } = await handoff(...options);
    expect({ code, stderr, changes: changes() }).toEqual({
      code: 1,
      stderr: expect.stringContaining(message),
      changes: [],
    });
  });
});

describe("pause and resume", () => {
  test("pause all op-conductors, the leader last, and resume all, the leader first", async () => {
    given();
    const { code, stdout, stderr } = await run("sequencer", "pause", "op", "--yes", "--json");
    expect(code).toBe(0);
    expect(stderr).toContain("NOBODY TAKES OVER when it is lost");
    expect(JSON.parse(stdout).members).toContainEqual({ name: "seq-0", leads: true, paused: true, overridden: false });
    expect(changes()).toEqual(["seq-1", "seq-2", "seq-0"].map(name => `${name} conductor_pause`));
    expect((await run("sequencer", "pause", "op", "--yes")).stdout).toBe("every op-conductor is paused already\n");
    expect((await run("sequencer", "resume", "op", "--yes")).code).toBe(0);
    expect(changes().slice(3)).toEqual(["seq-0", "seq-1", "seq-2"].map(name => `${name} conductor_resume`));
    expect(events()).toEqual(["PauseRequested", "ResumeRequested"]);
  });

  test.each<[string, (rpc: Cluster) => void]>([
    ["does not answer", rpc => delete rpc["seq-2"]],
    ["does not say whether it is paused", rpc => delete rpc["seq-2"].conductor_paused],
  ])("fails, and pauses nobody, while a member %s", async (_, change) => {
    given(change);
    const { code, stderr } = await run("sequencer", "pause", "op", "--yes");
    expect(stderr).toContain("seq-2 has an op-conductor that does not answer");
    expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  });
});

describe("override", () => {
  test("has a member make blocks: paused first, and overridden before it starts", async () => {
    given(rpc => {
      nobodyLeads(rpc);
      delete rpc["seq-2"];
    });
    const { code, stdout, stderr } = await run("sequencer", "override", "op", "--member", "seq-0", "--yes");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "seq-0 makes blocks without the raft: 121\n" });
    expect(stderr).toContain("seq-2 cannot be asked: MAKE SURE THAT THEY ARE OFF");
    expect(changes()).toEqual([
      "seq-0 conductor_pause",
      "seq-0 conductor_overrideLeader true",
      "seq-0 admin_overrideLeader",
      `seq-0 admin_startSequencer ${hashOf(0)}`,
    ]);
    expect(events()).toEqual(["OverrideRequested"]);
  });

  test("says of a member whose newest block is not known that it has to be off", async () => {
    given(rpc => {
      nobodyLeads(rpc);
      rpc["seq-1"].optimism_syncStatus = {};
    });
    const { code, stderr } = await run("sequencer", "override", "op", "--member", "seq-0", "--yes");
    expect(stderr).toContain("seq-1 cannot be asked: MAKE SURE THAT THEY ARE OFF");
    expect(code).toBe(0);
  });

  test.each<[string, object, string]>([
    ["does nothing", { result: null }, "seq-0 is not paused and overridden after it was told to"],
    ["does not answer", {}, "seq-0 does not answer conductor_overrideLeader"],
  ])("fails before it starts, and says how to take it back, when op-conductor %s", async (_, answer, message) => {
    given(rpc => {
      nobodyLeads(rpc);
      rpc["seq-0"].instead = { conductor_overrideLeader: answer };
    });
    const { code, stderr } = await run("sequencer", "override", "op", "--member", "seq-0", "--yes");
    expect(stderr).toContain("seq-0 may be overridden by now, and paused → sequencer override op --end restarts it");
    expect(stderr).toContain(message);
    expect(code).toBe(1);
    expect(changes().some(change => change.includes("startSequencer"))).toBe(false);
  });

  test("goes on with an op-node that is told what it does already", async () => {
    const refusal = (message: string) => ({ error: { code: -32000, message } });
    given(rpc => {
      nobodyLeads(rpc);
      Object.assign(rpc["seq-0"], { instead: { admin_startSequencer: refusal("sequencer already running") } });
      rpc["seq-0"].makesBlocks = true;
    });
    const begun = await run("sequencer", "override", "op", "--member", "seq-0", "--yes");
    expect(begun).toMatchObject({ code: 0, stdout: expect.stringContaining("seq-0 makes blocks without the raft") });
    given(
      rpc => {
        rpc["seq-0"].conductor_leaderOverridden = true;
        rpc["seq-0"].instead = { admin_stopSequencer: refusal("sequencer not running") };
      },
      { rpc: conducted("seq-1", ["seq-0", "seq-1", "seq-2"]) },
    );
    const ended = await run("sequencer", "override", "op", "--end", "--yes");
    expect(ended).toMatchObject({ code: 0, stdout: "seq-1 leads and makes blocks again\n" });
  });

  test("fails to end, and stops nobody, when the pod has no uid", async () => {
    given((rpc, { objects }) => {
      nobodyLeads(rpc);
      rpc["seq-0"].conductor_leaderOverridden = true;
      objects["pod/seq-0"].metadata = { name: "seq-0" };
    });
    const { code, stderr } = await run("sequencer", "override", "op", "--end", "--yes");
    expect(stderr).toContain("pod seq-0 is gone, or has no uid");
    expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  });

  test.each<[string, (rpc: Cluster) => void, string[], string]>([
    ["a member leads", () => {}, ["--member", "seq-1"], "seq-0 leads the raft, which needs no override"],
    [
      "another is overridden",
      rpc => {
        nobodyLeads(rpc);
        rpc["seq-2"].conductor_leaderOverridden = true;
      },
      ["--member", "seq-0"],
      "seq-2 is overridden already, and two would make blocks",
    ],
    ["another has more blocks", nobodyLeads, ["--member", "seq-1"], "seq-0 has block 120, and seq-1 only 115"],
    [
      "it does not answer",
      rpc => {
        nobodyLeads(rpc);
        delete rpc["seq-0"];
      },
      ["--member", "seq-0"],
      "seq-0 has an op-conductor that does not answer",
    ],
    ["neither a member nor the end is named", () => {}, [], "give --member <member>, or --end"],
    ["there is no such member", () => {}, ["--member", "seq-9"], "--member seq-9 is no member of sequencer seq"],
    [
      "it is to end and no member knows a leader",
      rpc => {
        for (const each of Object.values<Cluster>(rpc)) each.conductor_leaderWithID = { id: "" };
      },
      ["--end"],
      "no member knows a leader of the raft",
    ],
  ])("fails, and changes nothing, when %s", async (_, change, options, message) => {
    given(change);
    const { code, stderr } = await run("sequencer", "override", "op", ...options, "--yes");
    expect(stderr).toContain(message);
    expect({ code, changes: changes() }).toEqual({ code: 1, changes: [] });
  });
});
