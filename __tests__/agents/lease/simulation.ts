import { Agent } from "../../../agents/lease/agent";
import type { Timings } from "../../../agents/lease/config";
import { type Lease, LeaseError, type LeaseStore } from "../../../agents/lease/lease";
import { LeaseMetrics } from "../../../agents/lease/metrics";
import type { NodeState, Role } from "../../../agents/lease/run-files";

export const TIMINGS: Timings = {
  duration: 4000,
  renewDeadline: 3000,
  retry: 500,
  killGrace: 750,
  request: 1250,
  start: 30_000,
  readyAge: 5000,
  stop: 25_000,
};

/** Virtual time: one thing happens after the other, each at its moment. */
class Time {
  now = 1_000_000;
  private queue: { at: number; order: number; run: () => void }[] = [];
  private order = 0;
  at(at: number, run: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.order++, run };
    let i = this.queue.length;
    while (i > 0 && (this.queue[i - 1] as typeof entry).at > entry.at) i -= 1;
    this.queue.splice(i, 0, entry);
  }
  async until(end: number): Promise<void> {
    for (let next = this.queue[0]; next && next.at <= end; next = this.queue[0]) {
      this.queue.shift();
      this.now = next.at;
      next.run();
      await new Promise(setImmediate);
    }
    this.now = end;
  }
}

/** Runs until its process ends; may be stopped and continued, as by SIGSTOP. */
class Process {
  ended = false;
  pausedUntil = 0;
  constructor(private readonly time: Time) {}
  at(at: number, run: () => void): void {
    this.time.at(at, () => {
      if (this.ended) return;
      if (this.pausedUntil > this.time.now) this.at(this.pausedUntil, run);
      else run();
    });
  }
  sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.at(this.time.now + ms, resolve));
  }
}

export class Simulation {
  readonly time = new Time();
  readonly pods: Pod[];
  lease: Lease = { version: "1", uid: "u", holder: "", durationMs: 0, token: 0, used: false, paused: false };
  calm = false;
  /** Every start of an aggregator. */
  readonly starts: { pod: string; token: number; at: number }[] = [];
  readonly overlaps: string[] = [];

  constructor(
    pods: number,
    readonly random: () => number,
  ) {
    this.pods = Array.from({ length: pods }, (_, i) => new Pod(this, `seq-${i}`));
  }
  chance(share: number): boolean {
    return !this.calm && this.random() < share;
  }
  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }
  change(lease: Partial<Lease>): void {
    this.lease = { ...this.lease, ...lease, version: String(Number(this.lease.version) + 1) };
  }
  aggregators(): Pod[] {
    return this.pods.filter(({ child }) => child === "aggregator");
  }
  started(pod: Pod, token: number): void {
    const others = this.aggregators().filter(other => other !== pod);
    if (others.length) this.overlaps.push(`${pod.name} with token ${token} beside ${others.map(({ name }) => name)}`);
    this.starts.push({ pod: pod.name, token, at: this.time.now });
  }
  /** A minute or so in which everything goes wrong. */
  async trouble(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      await this.time.until(this.time.now + 1000);
      const pod = this.pods[Math.floor(this.random() * this.pods.length)] as Pod;
      if (this.chance(0.1)) pod.agent.pausedUntil = this.time.now + this.between(500, 12_000);
      if (this.chance(0.1)) pod.cutUntil = this.time.now + this.between(500, 12_000);
      if (this.chance(0.04)) pod.restartAgent();
      if (this.chance(0.04)) pod.restartScript();
      if (this.chance(0.03)) pod.killNode();
      if (this.chance(0.03)) pod.terminate();
      if (this.chance(0.02)) this.change({ paused: !this.lease.paused });
      if (this.chance(0.03)) this.change({ handoffTo: `seq-${Math.floor(this.random() * (this.pods.length + 1))}` });
    }
  }
}

export class Pod {
  agent!: Process;
  script!: Process;
  cutUntil = 0;
  /** What runs: none, follower or aggregator. */
  child: string = "none";
  private running?: Agent;
  private role: Role = "standby";
  private node: NodeState = { state: "absent", pid: 0, token: 0 };
  private terminating = false;
  private anew = false;
  private between = false;

  constructor(
    private readonly world: Simulation,
    readonly name: string,
  ) {
    this.startScript();
    this.startAgent();
  }

  restartAgent(): void {
    this.agent.ended = true;
    this.world.time.at(this.world.time.now + this.world.between(10, 6000), () => this.agent.ended && this.startAgent());
  }
  restartScript(): void {
    this.script.ended = true;
    this.child = "none";
    this.world.time.at(
      this.world.time.now + this.world.between(10, 6000),
      () => this.script.ended && this.startScript(),
    );
  }
  killNode(): void {
    this.child = "none";
  }
  /** The pod ends gracefully, and a new one of its name comes, with an empty folder. */
  terminate(): void {
    this.terminating = true;
    this.running?.terminate();
    this.world.time.at(this.world.time.now + this.world.between(100, 25_000), () => {
      this.agent.ended = true;
      this.script.ended = true;
      this.child = "none";
      this.terminating = false;
      this.role = "standby";
      this.node = { state: "absent", pid: 0, token: 0 };
      this.startScript();
      this.startAgent();
    });
  }

  private startAgent(): void {
    if (this.agent) this.agent.ended = true;
    const process = new Process(this.world.time);
    this.agent = process;
    const instance = `${this.name}-${this.world.random()}`;
    const candidates = this.world.pods ? this.world.pods.map(({ name }) => name) : [];
    const all = candidates.length ? candidates : ["seq-0", "seq-1", "seq-2", "seq-3", "seq-4"];
    const agent = new Agent(
      { pod: this.name, instance, candidates: all, timings: TIMINGS },
      {
        clock: () => Math.floor(this.world.time.now / 10) * 10,
        store: this.store(process),
        files: {
          node: () => this.node,
          role: () => this.role,
          level: () => 0,
          writeLevel: () => {},
          writeRole: role => {
            this.role = role;
          },
          alive: () => !this.script.ended,
          followAnew: () => {
            this.anew = true;
          },
          writeBetween: () => {
            this.between = true;
          },
        },
        node: {
          readyAt: () => this.world.time.now - (this.world.chance(0.2) ? this.world.between(0, 30_000) : 0),
          levelAt: () => this.world.time.now - (this.world.chance(0.2) ? this.world.between(0, 30_000) : 0),
          stranded: () => this.world.chance(0.01),
          stoodStill: since => since < this.world.time.now && this.world.chance(0.01),
          height: async () => (this.world.chance(0.2) ? 4 : 5),
          betweenBlocks: () => process.sleep(this.world.between(0, 1200)),
          lastHeight: () => (this.world.chance(0.8) ? 5 : undefined),
        },
        random: () => this.world.random(),
        tell: () => {},
        problem: () => {},
      },
      new LeaseMetrics(this.name),
    );
    if (this.terminating) agent.terminate();
    this.running = agent;
    void (async () => {
      await process.sleep(this.world.between(1, 500));
      while (!process.ended && !agent.done) await process.sleep((await agent.step()) + this.world.between(0, 20));
    })();
  }

  /** Requests that arrive late or never, answers that come late or never, and a client that does not wait for them. */
  private store(process: Process): LeaseStore {
    const { world } = this;
    const call = (handle: () => Lease): Promise<Lease> =>
      new Promise((resolve, reject) => {
        const way = () => {
          if (this.cutUntil > world.time.now && !world.calm) return world.between(1000, 9000);
          return world.between(1, world.chance(0.2) ? 1200 : 40);
        };
        const { now } = world.time;
        process.at(now + TIMINGS.request, () => reject(new LeaseError("no answer", "timeout")));
        if (world.chance(0.03)) return;
        world.time.at(now + way(), () => {
          try {
            if (world.chance(0.05)) throw new LeaseError("try later", world.chance(0.5) ? "throttled" : "server", 2000);
            const lease = handle();
            if (!world.chance(0.03)) process.at(world.time.now + way(), () => resolve(lease));
          } catch (error) {
            process.at(world.time.now + way(), () => reject(error));
          }
        });
      });
    return {
      read: () => call(() => world.lease),
      write: (lease, { holder, token, instance, endHandoff, sequences, lastHeight }) =>
        call(() => {
          if (lease.version !== world.lease.version) throw new LeaseError("conflict", "conflict");
          world.change({
            holder,
            token,
            used: true,
            durationMs: Math.ceil(TIMINGS.duration / 1000) * 1000,
            ...(instance && { instance }),
            ...((instance || endHandoff) && { handoffTo: undefined }),
            ...(sequences && { lastSequencer: holder }),
            ...(lastHeight !== undefined && { lastHeight }),
          });
          return world.lease;
        }),
    };
  }

  /** follow-lease.sh, line by line; any two of its commands may be some ms apart. */
  private startScript(): void {
    const { world } = this;
    const process = new Process(world.time);
    this.script = process;
    const stale = this.role;
    let ran = this.node.token;
    let quit = false;
    const moment = () => process.sleep(world.between(0, 10));
    const poll = () => process.sleep(world.between(100, 150));
    const report = (state: NodeState["state"]) => {
      this.node = { state, pid: 1, token: ran };
    };
    const role = () => (this.role === stale || this.role === "standby" ? undefined : this.role);
    const holds = (token: number) => {
      const given = role();
      return given?.token === token && world.time.now < given.stopAt ? given : undefined;
    };
    const stop = async (limit: number, killAt = Number.POSITIVE_INFINITY) => {
      const last = world.time.now + limit;
      const endsAt = world.chance(0.5) ? Number.POSITIVE_INFINITY : world.time.now + world.between(20, 1500);
      let killBy = killAt;
      while (this.child !== "none") {
        const given = role();
        if (Number.isFinite(killAt) && given?.token === ran) killBy = given.killAt;
        const { now } = world.time;
        if (now >= endsAt || now >= last || now >= killBy) this.child = "none";
        else await poll();
      }
    };
    const follow = async () => {
      this.anew = false;
      this.child = "follower";
      report("standby");
      while (this.child !== "none") {
        if (this.terminating) quit = true;
        const given = role();
        if (quit || this.anew || (given && given.token > ran && world.time.now < given.stopAt))
          return stop(quit ? 20_000 : 5000);
        await poll();
      }
      report("stopped");
      await process.sleep(500);
    };
    const lead = async () => {
      const given = role();
      if (!given || given.token <= ran || world.time.now >= given.stopAt) return;
      ran = given.token;
      await moment();
      report("active");
      await moment();
      let held = holds(ran);
      if (!held) return report("stopped");
      this.between = false;
      this.child = "aggregator";
      world.started(this, ran);
      let { killAt, stopAt } = held;
      const awaitPause = async () => {
        const last = world.time.now + 1200;
        while (this.child !== "none" && !this.between && world.time.now < last && world.time.now < stopAt) {
          await process.sleep(world.between(10, 20));
          ({ killAt, stopAt } = holds(ran) ?? { killAt, stopAt });
        }
      };
      while (this.child !== "none") {
        if (this.terminating) quit = true;
        held = holds(ran);
        if (!held || quit) {
          await awaitPause();
          await stop(20_000, killAt);
          break;
        }
        ({ killAt, stopAt } = held);
        await poll();
      }
      report("stopped");
      if (!quit) await poll();
    };
    void (async () => {
      report("stopped");
      while (!process.ended && !quit) {
        await follow();
        if (!quit) await lead();
      }
      report("stopped");
      process.ended = true;
    })();
  }
}
