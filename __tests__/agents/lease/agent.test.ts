import fc from "fast-check";
import { Agent } from "../../../agents/lease/agent";
import { readConfig } from "../../../agents/lease/config";
import { decide, look, type Seen } from "../../../agents/lease/decide";
import { type Lease, LeaseError } from "../../../agents/lease/lease";
import { LeaseMetrics } from "../../../agents/lease/metrics";
import { eventOf, type RoleChange } from "../../../agents/lease/role-change";
import type { NodeState, Role } from "../../../agents/lease/run-files";
import { Simulation, TIMINGS } from "./simulation";

const FREE: Lease = { version: "1", uid: "u", holder: "", durationMs: 0, token: 0, used: false, paused: false };
const HELD: Lease = { ...FREE, version: "7", holder: "seq-0", instance: "a", durationMs: 4000, token: 6, used: true };
const SELF = { pod: "seq-1", instance: "b", candidates: ["seq-0", "seq-1"], timings: TIMINGS };

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("a minute of pauses, restarts, kills, lost and late answers", () => {
  test.each([2, 5])(
    "with %i candidates never has two sequencers, and afterwards has one",
    async candidates => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async seed => {
          const world = new Simulation(candidates, randomOf(seed));
          await world.trouble(60);
          world.calm = true;
          world.change({ paused: false });
          await world.time.until(world.time.now + 60_000);
          expect(world.overlaps).toEqual([]);
          expect(world.aggregators()).toHaveLength(1);
          const tokens = world.starts.map(({ token }) => token);
          expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
        }),
        { numRuns: 12 },
      );
    },
    60_000,
  );
});

describe("environment", () => {
  const env = {
    POD_NAME: "seq-0",
    POD_NAMESPACE: "net",
    LEASE_NAME: "seq",
    CANDIDATES: "seq-0,seq-1",
    KUBERNETES_SERVICE_HOST: "10.96.0.1",
    KUBERNETES_SERVICE_PORT: "443",
  };
  const errors = (more: Record<string, string>) => {
    try {
      readConfig({ ...env, ...more });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  test("has defaults that leave a second between the kill and the next sequencer", () => {
    const { timings, port, candidates } = readConfig(env);
    expect(timings).toMatchObject({ duration: 5000, renewDeadline: 3000, retry: 500, killGrace: 1000, request: 1250 });
    expect({ port, candidates }).toEqual({ port: 9103, candidates: ["seq-0", "seq-1"] });
  });

  test.each([
    [{ LEASE_RETRY_MS: "3000" }, "LEASE_RETRY_MS is 3000: must be less than LEASE_RENEW_DEADLINE_MS, 3000"],
    [{ LEASE_KILL_GRACE_MS: "1751" }, "LEASE_DURATION_MS is 5000: must be at least 5001, LEASE_RENEW_DEADLINE_MS + "],
    [{ LEASE_RENEW_DEADLINE_MS: "4000" }, "so that the old sequencer is dead before another may start"],
    [{ LEASE_DURATION_MS: "60000" }, 'LEASE_DURATION_MS is "60000": must be an integer from 1000 to 59000'],
    [{ CANDIDATES: "seq-1,seq-2" }, 'CANDIDATES is "seq-1,seq-2": must name this pod too, seq-0'],
    [{ LEASE_NAME: "" }, "LEASE_NAME is not set"],
    [{ AGENT_KUBE_URL: "http://10.96.0.1" }, "must be https, or the token would travel in clear text"],
  ] as [Record<string, string>, string][])("fails with %j", (more, message) => {
    expect(errors(more)).toContain(message);
  });

  test("fails not where the margin is just kept", () => {
    expect(errors({ LEASE_KILL_GRACE_MS: "1750" })).toBe("");
  });
});

describe("decision about a Lease of another", () => {
  const seenAt = (since: number, lease: Lease): Seen => look(lease, undefined, since);
  const at = (now: number, lease: Lease, seen = seenAt(1000, lease)) => decide(lease, seen, SELF, now);

  test("it is held until it was seen unchanged for its duration, or its holder's when that is longer", () => {
    expect(at(4999, HELD)).toEqual({ wait: "held by seq-0" });
    expect(at(5000, HELD)).toEqual({ take: "expired, held by seq-0", completeFrom: 6500, unreadyFrom: 6500 });
    const longer = { ...HELD, durationMs: 9000 };
    expect(at(9999, longer)).toEqual({ wait: "held by seq-0" });
    expect(at(10_000, longer)).toHaveProperty("take");
  });

  test("any new version starts the wait anew", () => {
    const seen = look({ ...HELD, version: "8" }, seenAt(1000, HELD), 4500);
    expect(seen.since).toBe(4500);
    expect(look({ ...HELD, version: "8" }, seen, 5000).since).toBe(4500);
  });

  test("released, it is for a node that is ready, then for one that has all blocks; after the duration for any", () => {
    expect(at(1000, { ...HELD, holder: "" })).toEqual({ take: "released", completeFrom: 2500, unreadyFrom: 6500 });
    expect(at(1000, FREE)).toEqual({ take: "never held", completeFrom: 2500, unreadyFrom: 2500 });
  });

  test.each([
    ["released", { holder: "" }, 1000],
    ["expired, held by seq-0", { holder: "seq-0" }, 5000],
  ])(
    "%s, it is first for who made the last blocks, and long after for one that may lack them",
    (take, change, free) => {
      const lease = { ...HELD, ...change };
      expect(at(free, { ...lease, lastSequencer: "seq-1" })).toEqual({
        take,
        completeFrom: free + 1500,
        unreadyFrom: free + 1500,
      });
      expect(at(free, { ...lease, lastSequencer: "seq-0" })).toEqual({
        take,
        completeFrom: free + 5500,
        unreadyFrom: free + 31_500,
      });
      expect(at(free, { ...lease, lastSequencer: "gone" })).toEqual(at(free, lease));
    },
  );

  test("the own name is not enough to have it, the own process is", () => {
    expect(at(1000, { ...HELD, holder: "seq-1", instance: "a" })).toEqual({ wait: "held by seq-1" });
    expect(at(1000, { ...HELD, holder: "seq-1", instance: "b" })).toEqual({
      take: "own write without an answer",
      completeFrom: 1000,
      unreadyFrom: 1000,
    });
  });

  test("paused, it is nobody's", () => {
    expect(at(99_000, { ...HELD, paused: true })).toEqual({ wait: "paused" });
    expect(at(99_000, { ...FREE, paused: true })).toEqual({ wait: "paused" });
  });

  test("handed over, it is the target's for two durations; a target that is none does not count", () => {
    const released = { ...HELD, holder: "" };
    const seen = seenAt(1000, { ...released, handoffTo: "seq-0" });
    expect(at(8999, { ...released, handoffTo: "seq-0" }, seen)).toEqual({ wait: "handed over to seq-0" });
    expect(at(9000, { ...released, handoffTo: "seq-0" }, seen)).toHaveProperty("take");
    expect(at(1000, { ...released, handoffTo: "seq-1" })).toHaveProperty("take", "handed over");
    expect(at(1000, { ...released, handoffTo: "seq-9" })).toHaveProperty("take", "released");
  });

  test("handed over to one that is not ready, it is the former holder's again before it is anybody's", () => {
    const released = { ...HELD, holder: "", handoffTo: "seq-1" };
    expect(at(1000, released)).toEqual({ take: "handed over", completeFrom: 2500, unreadyFrom: 10_500 });
    expect(at(9000, { ...released, handoffTo: "seq-0" })).toMatchObject({ completeFrom: 2500, unreadyFrom: 10_500 });
  });
});

/** One agent by hand: each request takes as long as told, and fails if told. */
class Bench {
  now = 100_000;
  lease: Lease = FREE;
  node: NodeState = { state: "standby", pid: 5, token: 0 };
  role: Role = "standby";
  takes = 0;
  fail?: LeaseError;
  ready = true;
  levelAt?: number;
  stranded = false;
  anew = 0;
  /** What started to catch up before this stands still. */
  stillFrom?: number;
  alive = true;
  height = 0;
  /** As the process that ended last left it. */
  lastHeight?: number;
  /** How often the script was told that it may end the node. */
  between = 0;
  betweenBlocks = Promise.resolve();
  readonly writes: string[] = [];
  reads = 0;
  level = 0;
  readonly levels: number[] = [];
  readonly changes: string[] = [];
  readonly metrics = new LeaseMetrics("seq-1");
  /** Writes that are made, and whose answer never comes. */
  loseAnswers = 0;
  private version = 1;
  private answer(lease: Lease): Lease {
    this.now += this.takes;
    if (this.fail) throw this.fail;
    return lease;
  }
  readonly agent: () => Agent = () =>
    new Agent(
      SELF,
      {
        clock: () => this.now,
        store: {
          read: async () => {
            this.reads += 1;
            return this.answer(this.lease);
          },
          write: async (lease, change) => {
            if (lease.version !== this.lease.version) throw new LeaseError("conflict", "conflict");
            this.answer(lease);
            this.version += 1;
            this.writes.push(`${change.holder || "nobody"} ${change.token}`);
            const { holder, token, instance = lease.instance } = change;
            const lastSequencer = change.sequences ? holder : lease.lastSequencer;
            const { lastHeight = lease.lastHeight } = change;
            const handoffTo = change.instance || change.endHandoff ? undefined : lease.handoffTo;
            this.lease = {
              ...lease,
              holder,
              token,
              instance,
              handoffTo,
              lastSequencer,
              lastHeight,
              version: String(this.version),
              used: true,
              durationMs: 4000,
            };
            if (this.loseAnswers > 0) {
              this.loseAnswers -= 1;
              throw new LeaseError("no answer", "timeout");
            }
            return this.lease;
          },
        },
        files: {
          node: () => this.node,
          role: () => this.role,
          level: () => this.level,
          writeLevel: token => this.levels.push(token),
          writeRole: role => {
            this.role = role;
          },
          alive: () => this.alive,
          followAnew: () => {
            this.anew += 1;
          },
          writeBetween: () => {
            this.between += 1;
          },
        },
        node: {
          readyAt: () => (this.ready ? this.now : this.levelAt),
          stranded: () => this.stranded,
          levelAt: () => (this.ready ? this.now : this.levelAt),
          stoodStill: since => this.stillFrom !== undefined && since < this.stillFrom,
          height: async () => this.height,
          betweenBlocks: () => this.betweenBlocks,
          lastHeight: () => this.lastHeight,
        },
        random: () => 0.5,
        tell: ({ from, to, token, reason }: RoleChange) => this.changes.push(`${from} to ${to}, ${token}: ${reason}`),
        problem: () => {},
      },
      this.metrics,
    );
  change(lease: Partial<Lease>): void {
    this.version += 1;
    this.lease = { ...this.lease, ...lease, version: String(this.version) };
  }
  async run(agent: Agent, ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end && !agent.done; ) this.now += await agent.step();
  }
  /** Acquired, and the node started. */
  async leading(): Promise<Agent> {
    const agent = this.agent();
    await agent.step();
    this.node = { state: "active", pid: 9, token: (this.role as { token: number }).token };
    return agent;
  }
}

describe("agent", () => {
  test("counts deadlines from before a request, however long it takes", async () => {
    const bench = new Bench();
    bench.takes = 400;
    const agent = bench.agent();
    await agent.step();
    expect(bench.now).toBe(100_800);
    expect(bench.role).toEqual({ stopAt: 103_400, killAt: 104_150, token: 1 });
    bench.node = { state: "active", pid: 9, token: 1 };
    bench.now = 101_500;
    await agent.step();
    expect(bench.now).toBe(101_900);
    expect(bench.role).toEqual({ stopAt: 104_500, killAt: 105_250, token: 1 });
    expect(bench.writes).toEqual(["seq-1 1", "seq-1 1"]);
  });

  test("is leader only while the node says so and the deadline has not passed", async () => {
    const bench = new Bench();
    const agent = bench.agent();
    await agent.step();
    expect(agent.gauges()).toMatchObject({ leader: false, remainingMs: 3000, token: 1 });
    bench.node = { state: "active", pid: 9, token: 1 };
    expect(agent.gauges().leader).toBe(true);
    bench.alive = false;
    expect(agent.gauges().leader).toBe(false);
    bench.alive = true;
    bench.now += 3000;
    expect(agent.gauges()).toMatchObject({ leader: false, remainingMs: 0 });
  });

  test("takes a released Lease when its node is ready, and raises the token above any it knows", async () => {
    const bench = new Bench();
    bench.lease = { ...HELD, holder: "" };
    bench.node = { state: "standby", pid: 5, token: 11 };
    bench.ready = false;
    const agent = bench.agent();
    await bench.run(agent, 5400);
    expect(bench.writes).toEqual([]);
    bench.ready = true;
    await bench.run(agent, 600);
    expect(bench.writes[0]).toBe("seq-1 12");
    expect(bench.changes).toEqual(["standby to active, 12: released"]);
  });

  test("takes one at once whose holder its node lost shortly before, and looks often until then", async () => {
    const bench = new Bench();
    bench.lease = HELD;
    const agent = bench.agent();
    await bench.run(agent, 2000);
    const calm = bench.reads;
    expect(calm).toBeLessThanOrEqual(5);
    [bench.ready, bench.levelAt] = [false, bench.now];
    await bench.run(agent, 700);
    expect(bench.reads - calm).toBeGreaterThanOrEqual(4);
    bench.change({ holder: "" });
    await bench.run(agent, 200);
    expect({ writes: bench.writes, levels: bench.levels }).toEqual({ writes: ["seq-1 7"], levels: [7] });
  });

  test("does not look more often at a server that fails", async () => {
    const bench = new Bench();
    bench.lease = HELD;
    const agent = bench.agent();
    await bench.run(agent, 2000);
    [bench.ready, bench.levelAt, bench.fail] = [false, bench.now, new LeaseError("no", "throttled", 500)];
    const before = bench.reads;
    await bench.run(agent, 1000);
    expect(bench.reads - before).toBeLessThanOrEqual(3);
  });

  test("whose node lost the holder long before that gave the Lease back, is for another first", async () => {
    const bench = new Bench();
    bench.lease = HELD;
    const agent = bench.agent();
    [bench.ready, bench.levelAt] = [false, bench.now];
    await bench.run(agent, 2000);
    bench.change({ holder: "" });
    await bench.run(agent, 5000);
    expect(bench.writes).toEqual([]);
    await bench.run(agent, 1500);
    expect({ first: bench.writes[0], levels: bench.levels }).toEqual({ first: "seq-1 7", levels: [] });
  });

  describe("the newest block of who gave the Lease back", () => {
    const givenBack = { ...HELD, holder: "", lastSequencer: "seq-0", lastHeight: 9 };

    test("is named by it when its node has told it, until another is known", async () => {
      const bench = new Bench();
      const agent = await bench.leading();
      bench.lastHeight = 12;
      await bench.run(agent, 2000);
      expect(bench.lease).toMatchObject({ holder: "seq-1", lastHeight: undefined });
      bench.node = { state: "stopped", pid: 9, token: 1 };
      await bench.run(agent, 200);
      expect(bench.lease).toMatchObject({ holder: "", lastHeight: 12 });
      Object.assign(bench, { node: { state: "standby", pid: 10, token: 1 }, height: 12, lastHeight: undefined });
      await bench.run(agent, 1000);
      expect(bench.lease).toMatchObject({ holder: "seq-1", lastHeight: 12 });
      bench.node = { state: "stopped", pid: 11, token: 2 };
      await bench.run(agent, 200);
      expect(bench.lease).toMatchObject({ holder: "", lastHeight: 12 });
    });

    test("is waited for by one that is level and has it not yet", async () => {
      const bench = new Bench();
      Object.assign(bench, { lease: givenBack, height: 8 });
      const agent = bench.agent();
      await bench.run(agent, 20_000);
      expect(bench.writes).toEqual([]);
      bench.height = 9;
      await bench.run(agent, 1000);
      expect({ writes: bench.writes[0], levels: bench.levels }).toEqual({ writes: "seq-1 7", levels: [7] });
      expect(bench.changes).toEqual(["standby to active, 7: released"]);
    });

    test("is given up after half a minute, which is told", async () => {
      const bench = new Bench();
      Object.assign(bench, { lease: givenBack, height: 8 });
      await bench.run(bench.agent(), 33_000);
      expect(bench.levels).toEqual([]);
      expect(bench.changes).toEqual(["standby to active, 7: released, without block 9"]);
      const change = { from: "standby", to: "active", token: 7, reason: "released, without block 9" } as const;
      expect(eventOf(change, "seq-1")).toMatchObject({ type: "Warning", reason: "LeaseAcquired" });
      expect(eventOf({ ...change, reason: "released" }, "seq-1").type).toBe("Normal");
    });
  });

  describe("whose node is to end", () => {
    const waiting = async () => {
      const bench = new Bench();
      const agent = await bench.leading();
      let pass = () => {};
      bench.betweenBlocks = new Promise(resolve => {
        pass = resolve;
      });
      return { bench, agent, pass };
    };

    test.each([
      ["with its pod", (_: Bench, agent: Agent) => agent.terminate()],
      ["for a pause", (bench: Bench) => bench.change({ paused: true })],
      ["for another", (bench: Bench) => bench.change({ handoffTo: "seq-0" })],
    ])("%s, has it end between two blocks", async (_, wish) => {
      const { bench, agent, pass } = await waiting();
      wish(bench, agent);
      await bench.run(agent, 2000);
      expect(bench.between).toBe(0);
      pass();
      await bench.run(agent, 200);
      expect(bench.between).toBe(1);
    });

    test("without the Lease, has it end at once", async () => {
      const { bench, agent } = await waiting();
      bench.change({ holder: "seq-0", token: 2 });
      await bench.run(agent, 1000);
      expect({ role: bench.role, between: bench.between }).toEqual({ role: "standby", between: 1 });
    });
  });

  describe("whose node catches up", () => {
    const catchingUp = async () => {
      const bench = new Bench();
      bench.lease = { ...HELD, holder: "" };
      bench.ready = false;
      const agent = bench.agent();
      await bench.run(agent, 6600);
      expect(bench.role).toMatchObject({ token: 7 });
      bench.node = { state: "active", pid: 9, token: 7 };
      await bench.run(agent, 1000);
      bench.stillFrom = bench.now;
      await bench.run(agent, 200);
      expect(bench.changes.at(-1)).toBe("active to stopping, 7: its catch-up stands still");
      bench.node = { state: "standby", pid: 10, token: 7 };
      return { bench, agent };
    };

    test("and stands still, gives the Lease back and takes it as level", async () => {
      const { bench, agent } = await catchingUp();
      await bench.run(agent, 2200);
      expect({ writes: bench.writes.at(-1), levels: bench.levels }).toEqual({ writes: "seq-1 8", levels: [8] });
      bench.node = { state: "active", pid: 11, token: 8 };
      await bench.run(agent, 60_000);
      expect(bench.role).toMatchObject({ token: 8 });
    });

    test("and stood still before another led, catches up again", async () => {
      const { bench, agent } = await catchingUp();
      await bench.run(agent, 200);
      bench.change({ token: 8 });
      await bench.run(agent, 7000);
      expect({ writes: bench.writes.at(-1), levels: bench.levels }).toEqual({ writes: "seq-1 9", levels: [] });
    });

    test("and was level when it took the Lease, is left alone", async () => {
      const bench = new Bench();
      const agent = await bench.leading();
      bench.ready = false;
      bench.stillFrom = Number.MAX_VALUE;
      await bench.run(agent, 60_000);
      expect(bench.role).toMatchObject({ token: 1 });
    });
  });

  describe("after an outage of the API server", () => {
    /** Held, lost for want of a renewal, and given back a minute later, when no node has been level for long. */
    const givenBack = async (leading: () => Promise<{ bench: Bench; agent: Agent }>) => {
      const { bench, agent } = await leading();
      await bench.run(agent, 6000);
      bench.ready = false;
      bench.fail = new LeaseError("no", "timeout");
      await bench.run(agent, 3200);
      expect(bench.role).toBe("standby");
      bench.node = { ...bench.node, state: "standby" };
      await bench.run(agent, 60_000);
      bench.fail = undefined;
      bench.levels.length = 0;
      await bench.run(agent, 1000);
      expect(bench.lease.holder).toBe("");
      return { bench, agent };
    };

    const madeBlocks = async () => {
      const bench = new Bench();
      return { bench, agent: await bench.leading() };
    };

    test("who made the last block takes the Lease again without a catch-up, after a ready one", async () => {
      const { bench, agent } = await givenBack(madeBlocks);
      await bench.run(agent, 400);
      expect(bench.lease.holder).toBe("");
      await bench.run(agent, 1200);
      expect({ holder: bench.lease.holder, levels: bench.levels }).toEqual({ holder: "seq-1", levels: [2] });
    });

    test("who made the last block has still all of them when the answer to its write is lost", async () => {
      const { bench, agent } = await givenBack(madeBlocks);
      bench.loseAnswers = 1;
      await bench.run(agent, 4000);
      const writes = [...new Set(bench.writes)].slice(-2);
      expect({ writes, levels: bench.levels }).toEqual({ writes: ["seq-1 2", "seq-1 3"], levels: [3] });
    });

    test("who made the last block does not know it of a Lease older than one it has seen", async () => {
      const { bench, agent } = await givenBack(madeBlocks);
      bench.change({ holder: "seq-0", token: 2 });
      await bench.run(agent, 1000);
      bench.change({ holder: "", token: 1 });
      await bench.run(agent, 4000);
      expect({ holder: bench.lease.holder, levels: bench.levels }).toEqual({ holder: "", levels: [] });
    });

    test("who made the last block does not know it of a Lease that was made anew", async () => {
      const { bench, agent } = await givenBack(madeBlocks);
      bench.change({ uid: "another", lastSequencer: undefined });
      await bench.run(agent, 4000);
      expect({ holder: bench.lease.holder, levels: bench.levels }).toEqual({ holder: "", levels: [] });
    });

    test("who held it without a block since, catches up", async () => {
      const { bench, agent } = await givenBack(async () => {
        const bench = new Bench();
        bench.ready = false;
        const agent = bench.agent();
        await bench.run(agent, 1600);
        bench.node = { state: "active", pid: 9, token: 1 };
        return { bench, agent };
      });
      await bench.run(agent, 4000);
      expect(bench.lease.holder).toBe("");
      await bench.run(agent, 2000);
      expect({ holder: bench.lease.holder, levels: bench.levels }).toEqual({ holder: "seq-1", levels: [] });
    });
  });

  test("gets writes only once its node makes blocks", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.ready = false;
    bench.levelAt = bench.now - 1;
    await bench.run(agent, 5000);
    expect({ leader: agent.gauges().leader, serving: agent.serving }).toEqual({ leader: true, serving: false });
    bench.levelAt = bench.now;
    await bench.run(agent, 200);
    expect(agent.serving).toBe(true);
    bench.alive = false;
    expect(agent.serving).toBe(false);
  });

  test("that catches up makes blocks when it is still ready after its newest block is old", async () => {
    const bench = new Bench();
    bench.ready = false;
    const agent = bench.agent();
    await bench.run(agent, 1600);
    bench.node = { state: "active", pid: 9, token: 1 };
    bench.ready = true;
    await bench.run(agent, 4800);
    expect(agent.serving).toBe(false);
    await bench.run(agent, 400);
    expect(agent.serving).toBe(true);
  });

  test("the Lease names who makes the last blocks once they are made, not who catches up", async () => {
    const bench = new Bench();
    bench.ready = false;
    const agent = bench.agent();
    await bench.run(agent, 1600);
    bench.node = { state: "active", pid: 9, token: 1 };
    await bench.run(agent, 3000);
    expect(bench.lease).toMatchObject({ holder: "seq-1", lastSequencer: undefined });
    bench.ready = true;
    await bench.run(agent, 5000 + 200);
    expect(bench.lease.lastSequencer).toBe("seq-1");
    const level = new Bench();
    await level.agent().step();
    expect(level.lease.lastSequencer).toBe("seq-1");
  });

  test("a node that follows the DA alone is started anew, and only while it follows", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.stranded = true;
    await bench.run(agent, 2000);
    expect(bench.anew).toBe(0);
    const other = new Bench();
    Object.assign(other, { lease: HELD, stranded: true });
    await other.run(other.agent(), 200);
    expect(other.anew).toBe(1);
  });

  test("does not take one for a script that is not following", async () => {
    const bench = new Bench();
    bench.node = { state: "stopped", pid: 5, token: 0 };
    await bench.run(bench.agent(), 9000);
    expect(bench.writes).toEqual([]);
  });

  test.each(["timeout", "connection", "server", "throttled", "unauthorized", "gone"] as const)(
    "%s: tries again until the deadline, then withdraws the role and keeps the Lease until the node has stopped",
    async reason => {
      const bench = new Bench();
      const agent = await bench.leading();
      bench.fail = new LeaseError("no", reason, 60_000);
      await bench.run(agent, 2900);
      expect(bench.role).toMatchObject({ token: 1 });
      await bench.run(agent, 200);
      expect(bench.role).toBe("standby");
      expect(bench.changes.at(-1)).toBe("active to stopping, 1: not renewed in time");
      bench.fail = undefined;
      await bench.run(agent, 2000);
      expect(bench.lease.holder).toBe("seq-1");
      bench.node = { state: "stopped", pid: 9, token: 1 };
      await bench.run(agent, 200);
      expect(bench.lease.holder).toBe("");
      const text = bench.metrics.render(agent.gauges());
      expect(text).toMatch(new RegExp(`renew_failures_total\\{pod="seq-1",reason="${reason}"\\} [2-9]`));
      expect(text).toContain('rollup_network_lease_lost_while_active_total{pod="seq-1"} 1');
    },
  );

  test("a server that asks for patience is asked once more before the deadline", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.fail = new LeaseError("no", "throttled", 60_000);
    await bench.run(agent, 1900);
    bench.fail = undefined;
    await bench.run(agent, 1000);
    expect(bench.role).toMatchObject({ token: 1 });
    expect((bench.role as { stopAt: number }).stopAt).toBeGreaterThan(104_500);
  });

  test("a conflict is read again; who finds another holder withdraws", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.change({});
    await bench.run(agent, 1000);
    expect(bench.role).toMatchObject({ token: 1 });
    bench.change({ holder: "seq-0", token: 2 });
    await bench.run(agent, 1000);
    expect(bench.role).toBe("standby");
    expect(bench.changes.slice(1)).toEqual([
      "active to stopping, 1: held by seq-0",
      "stopping to standby, 1: no longer held",
    ]);
    expect(bench.lease.holder).toBe("seq-0");
  });

  test("an answer after the deadline does not count", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.now += 2900;
    bench.takes = 150;
    await agent.step();
    expect(bench.role).toBe("standby");
    expect(bench.changes.at(-1)).toBe("active to stopping, 1: renewed too late");
  });

  test("gives the Lease back at once when the node or its container died", async () => {
    for (const gone of [{ node: { state: "stopped", pid: 9, token: 1 } as NodeState }, { alive: false }]) {
      const bench = new Bench();
      const agent = await bench.leading();
      Object.assign(bench, gone);
      await bench.run(agent, 200);
      expect(bench.writes).toEqual(["seq-1 1", "nobody 1"]);
      expect(bench.role).toBe("standby");
    }
  });

  test("gives it back when the script does not start the node", async () => {
    const bench = new Bench();
    const agent = bench.agent();
    await bench.run(agent, 29_000);
    expect(bench.role).toMatchObject({ token: 1 });
    bench.node = { state: "absent", pid: 0, token: 0 };
    await bench.run(agent, 1200);
    expect(bench.lease.holder).toBe("");
  });

  test("told to end, it renews until the node has stopped, gives back and is done", async () => {
    const bench = new Bench();
    const agent = await bench.leading();
    agent.terminate();
    await bench.run(agent, 10_000);
    expect(bench.role).toMatchObject({ token: 1 });
    expect(agent.done).toBe(false);
    bench.node = { state: "stopped", pid: 9, token: 1 };
    await bench.run(agent, 10_000);
    expect({ done: agent.done, holder: bench.lease.holder }).toEqual({ done: true, holder: "" });
  });

  test.each([{ paused: true }, { handoffTo: "seq-0" }])("%j stops the node, then gives the Lease back", async wish => {
    const bench = new Bench();
    const agent = await bench.leading();
    bench.change(wish);
    await bench.run(agent, 1000);
    expect({ role: bench.role, holder: bench.lease.holder }).toEqual({ role: "standby", holder: "seq-1" });
    bench.node = { state: "standby", pid: 10, token: 1 };
    await bench.run(agent, 3000);
    expect(bench.lease).toMatchObject({ holder: "", ...wish });
  });

  test("a handoff to itself or to nobody is removed", async () => {
    for (const handoffTo of ["seq-1", "seq-7"]) {
      const bench = new Bench();
      const agent = await bench.leading();
      bench.change({ handoffTo });
      await bench.run(agent, 1000);
      expect(bench.lease).toMatchObject({ holder: "seq-1", handoffTo: undefined });
    }
  });

  describe("started anew", () => {
    const role = { stopAt: 102_000, killAt: 102_750, token: 6 };
    const restarted = (lease: Partial<Lease>, node: NodeState, given: Role = role) => {
      const bench = new Bench();
      bench.lease = { ...HELD, holder: "seq-1", ...lease };
      bench.node = node;
      bench.role = given;
      return bench;
    };
    const active: NodeState = { state: "active", pid: 9, token: 6 };

    test("beside an active node of its Lease, goes on", async () => {
      const bench = restarted({}, active);
      const agent = bench.agent();
      expect(bench.role).toEqual(role);
      await agent.step();
      expect(bench.writes).toEqual(["seq-1 6"]);
      expect(bench.role).toEqual({ stopAt: 103_000, killAt: 103_750, token: 6 });
    });

    test.each([
      ["another's", { holder: "seq-0" }],
      ["of a later token", { token: 7 }],
    ])("beside an active node, the Lease %s: withdraws", async (_, lease) => {
      const bench = restarted(lease, active);
      await bench.agent().step();
      expect(bench.role).toBe("standby");
      expect(bench.writes).toEqual([]);
    });

    test("beside an active node and no API server, leaves the deadline to the script", async () => {
      const bench = restarted({}, active);
      bench.fail = new LeaseError("no", "connection");
      const agent = bench.agent();
      await bench.run(agent, 1900);
      expect(bench.role).toEqual(role);
      await bench.run(agent, 200);
      expect(bench.role).toBe("standby");
    });

    test.each([
      ["that catches up, sees it stand still", 5, "active to stopping, 6: its catch-up stands still"],
      ["that was level, leaves it alone", 6, undefined],
    ])("beside an active node %s", async (_, level, change) => {
      const bench = restarted({}, active);
      Object.assign(bench, { ready: false, level });
      const agent = bench.agent();
      await bench.run(agent, 500);
      bench.stillFrom = bench.now;
      await bench.run(agent, 500);
      expect(bench.changes.at(-1)).toBe(change);
    });

    test("beside an active node whose role was withdrawn, keeps the Lease until it has stopped", async () => {
      const bench = restarted({}, active, "standby");
      const agent = bench.agent();
      await bench.run(agent, 1000);
      expect(bench.lease.holder).toBe("seq-1");
      bench.node = { state: "standby", pid: 10, token: 6 };
      await bench.run(agent, 200);
      expect(bench.writes.at(-1)).toBe("nobody 6");
    });

    test("beside a following node, withdraws what was written before, and waits like anybody", async () => {
      const bench = restarted({}, { state: "standby", pid: 9, token: 5 });
      const agent = bench.agent();
      expect(bench.role).toBe("standby");
      await bench.run(agent, 3900);
      expect(bench.writes).toEqual([]);
      await bench.run(agent, 700);
      expect(bench.writes[0]).toBe("seq-1 7");
    });
  });
});
