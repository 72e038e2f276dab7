/*!
 * One member's claim to the Lease, a step at a time. It never stops the node itself: it writes the role with its
 * deadlines, and the start script, which outlives it, obeys. The Lease is given back only when the node is known not to
 * run as aggregator.
 */
import { Complete } from "./complete";
import { decide, handoffTarget, look, type Seen, type Self } from "./decide";
import { type Lease, LeaseError, type LeaseStore } from "./lease";
import type { Gauges, LeaseMetrics } from "./metrics";
import type { World } from "./world";

type State =
  | { readonly role: "standby" }
  | { readonly role: "active"; readonly token: number; readonly stopAt: number; readonly node: Node }
  | { readonly role: "stopping"; readonly token: number };

/** The own node under a token. `catchUpFrom`: since when it has had blocks to catch up with, if any. */
type Node =
  | { readonly is: "awaited"; readonly startBy: number; readonly catchUpFrom?: number }
  | { readonly is: "running"; readonly since: number; readonly makes: boolean; readonly catchUpFrom?: number };

/** Between looks at the files. */
const TICK_MS = 100;
/** A node whose last look at the chain is this old has just lost its only peer, the holder. */
const LOST_MS = 300;
/**
 * How long before the holder's last write a node may have been level: it loses a holder that ends before that gives the
 * Lease back.
 */
const BLIND_MS = 1000;

export class Agent {
  private state: State = { role: "standby" };
  /** The Lease as it was last written or read; absent when it has to be read again. */
  private lease?: Lease;
  private seen?: Seen;
  private token = 0;
  private nextRequest = 0;
  private readonly complete = new Complete();
  private terminating = false;

  constructor(
    private readonly self: Self,
    private readonly world: World,
    private readonly metrics: LeaseMetrics,
  ) {
    const [node, role] = [world.files.node(), world.files.role()];
    this.token = node.token;
    if (node.state !== "active") world.files.writeRole("standby");
    // The agent was restarted and the node was not. Its deadline stands; whether the Lease is still held, the first
    // request tells.
    else if (role !== "standby" && role.token === node.token) {
      const since = this.world.clock();
      const catchUpFrom = this.world.files.level() === node.token ? undefined : since;
      this.state = { role: "active", ...role, node: { is: "running", since, makes: false, catchUpFrom } };
    } else this.withdraw("found the node active without a role", node.token);
  }

  /** Does what is due, and answers after how many ms to come again. */
  async step(): Promise<number> {
    const before = this.state.role;
    if (this.state.role === "active") await this.lead(this.state);
    else if (this.state.role === "stopping") await this.giveBack(this.state.token);
    else await this.wait();
    return this.state.role === before ? TICK_MS : 0;
  }

  /** The pod ends: what is held is given back as soon as the node has stopped. */
  terminate(): void {
    this.terminating = true;
    if (this.state.role === "active") this.endBetweenBlocks();
  }

  get done(): boolean {
    return this.terminating && this.state.role === "standby";
  }

  gauges(): Gauges {
    const { state, token } = this;
    if (state.role !== "active") return { leader: false, token, remainingMs: 0 };
    const remainingMs = Math.max(0, state.stopAt - this.world.clock());
    const renewAgeMs = this.self.timings.renewDeadline - (state.stopAt - this.world.clock());
    return { leader: remainingMs > 0 && this.runs(state.token), token, remainingMs, renewAgeMs };
  }

  /**
   * Whether writes belong here: the node makes blocks. What is sent to one that catches up is lost when that is ended.
   */
  get serving(): boolean {
    const { state } = this;
    return this.gauges().leader && state.role === "active" && state.node.is === "running" && state.node.makes;
  }

  private runs(token: number): boolean {
    const node = this.world.files.node();
    return node.state === "active" && node.token === token && this.world.files.alive();
  }

  private async lead({ token, stopAt, node }: State & { role: "active" }): Promise<void> {
    const seen = this.world.files.node();
    const started = seen.token === token && seen.state === "active";
    if (this.world.clock() >= stopAt) return this.lose("not renewed in time");
    if (!this.world.files.alive()) return this.withdraw("the node's container is gone", token);
    if (seen.token === token && !started) return this.withdraw("the node stopped", token);
    if (!started && this.terminating) return this.withdraw("the pod ends", token);
    if (!started && node.is === "awaited" && this.world.clock() >= node.startBy) {
      return this.withdraw("the node was not started in time", token);
    }
    const { catchUpFrom } = node;
    if (started && catchUpFrom !== undefined && this.world.node.stoodStill(catchUpFrom)) {
      this.complete.note(token);
      return this.withdraw("its catch-up stands still", token);
    }
    const now = started ? this.watch(node, token) : node;
    if (this.world.clock() < this.nextRequest) return;
    await this.request(async () => {
      const lease = await this.current();
      if (!this.holds(lease, token))
        return this.lose(lease.holder ? `held by ${lease.holder}` : "the Lease is another");
      const target = this.handoff(lease);
      const wish = lease.paused
        ? "paused"
        : target && target !== this.self.pod
          ? `handed over to ${target}`
          : undefined;
      if (wish) {
        this.endBetweenBlocks();
        return this.stop(wish, token);
      }
      const sent = this.world.clock(); // before the request: the Lease is counted from its arrival, which is later
      const endHandoff = lease.handoffTo !== undefined;
      const sequences = now.is === "running" && now.makes;
      await this.write(lease, { holder: this.self.pod, token, endHandoff, sequences });
      // The script may have seen the old deadline pass, and a token that it gave up is not obeyed again.
      if (this.world.clock() >= stopAt) return this.lose("renewed too late");
      this.hold(token, sent, now);
    });
  }

  /** The node runs: notes since when, and whether it makes blocks. */
  private watch(node: Node, token: number): Node {
    const since = node.is === "running" ? node.since : this.world.clock();
    const { catchUpFrom } = node;
    const { readyAge } = this.self.timings;
    const readyAt = this.world.node.readyAt();
    const readyFor = readyAt === undefined ? -1 : readyAt - since;
    // For `readyAge` after its newest block a node says that it is ready, whatever others have.
    const makes = readyFor >= (catchUpFrom === undefined ? 0 : readyAge);
    const before = node.is === "running" && node.makes;
    if (makes && !before && this.lease?.lastSequencer !== this.self.pod) this.nextRequest = 0;
    if (readyFor >= readyAge) this.complete.note(token);
    const now: Node = { is: "running", since, makes: before || makes, catchUpFrom };
    if (this.state.role === "active") this.state = { ...this.state, node: now };
    return now;
  }

  /** Keeps the Lease from others until the node has stopped, then gives it back. */
  private async giveBack(token: number): Promise<void> {
    const stopped = this.world.files.node().state !== "active" || !this.world.files.alive();
    if (this.world.clock() < this.nextRequest && !stopped) return;
    await this.request(async () => {
      const lease = await this.current();
      if (!this.holds(lease, token)) return this.enter({ role: "standby" }, token, "no longer held");
      const lastHeight = stopped ? this.world.node.lastHeight() : undefined;
      await this.write(lease, { holder: stopped ? "" : this.self.pod, token, lastHeight });
      if (stopped) this.enter({ role: "standby" }, token, "released");
    });
  }

  private async wait(): Promise<void> {
    if (this.terminating || (this.world.clock() < this.nextRequest && !this.lostHolder())) return;
    if (this.world.node.stranded()) this.world.files.followAnew();
    await this.request(async () => {
      this.lease = undefined;
      const lease = await this.current();
      const seen = this.seen as Seen;
      const latest = this.latest(lease);
      const decision = decide(lease, seen, this.self, this.world.clock(), latest);
      // A script that is not following now would not start it either.
      if ("wait" in decision || this.world.files.node().state !== "standby" || !this.world.files.alive()) return;
      if (this.madeAnew(lease)) return;
      // A node whose only peer was the holder is not ready once that is gone: what counts is what it was when the
      // holder last wrote.
      const blind = Math.max(BLIND_MS, 2 * this.self.timings.retry);
      const levelAt = this.world.node.levelAt();
      const { lastHeight = 0 } = lease;
      const height = lastHeight > 0 ? await this.world.node.height() : undefined;
      const lacks = height !== undefined && height < lastHeight;
      const level =
        levelAt !== undefined && levelAt >= seen.since - blind && (lastHeight === 0 || (height ?? 0) >= lastHeight);
      // one that is level comes first, since this one may be broken
      const complete = this.complete.of(lease, latest, this.self);
      const { completeFrom, unreadyFrom } = decision;
      if (!level && this.world.clock() < (complete ? completeFrom : unreadyFrom)) return;
      if (this.terminating) return;
      const { pod, instance, timings } = this.self;
      // A Lease that was made anew counts from 0 again; the script obeys higher tokens only.
      const token = latest + 1;
      this.complete.tries(token, complete);
      const sent = this.world.clock();
      await this.write(lease, { holder: pod, token, instance, sequences: level || complete });
      if (this.world.clock() >= sent + timings.renewDeadline) return this.withdraw("acquired too late", token);
      if (complete) this.complete.note(token);
      if (level || complete) this.world.files.writeLevel(token);
      const catchUpFrom = level || complete ? undefined : sent;
      const reason = lacks ? `${decision.take}, without block ${lastHeight}` : decision.take;
      this.hold(token, sent, { is: "awaited", startBy: sent + timings.start, catchUpFrom }, reason);
    });
  }

  private latest(lease: Lease): number {
    return Math.max(lease.token, this.token, this.world.files.node().token);
  }

  /**
   * Its end shows at the node before it does at the Lease, which is then looked at with every step; not at a server
   * that fails.
   */
  private lostHolder(): boolean {
    const levelAt = this.world.node.levelAt();
    if (this.lease === undefined || levelAt === undefined) return false;
    const away = this.world.clock() - levelAt;
    return away > LOST_MS && away < BLIND_MS;
  }

  /** A Lease that nobody has held, where one was held before: its holder may run for as long as that one lasted. */
  private madeAnew(lease: Lease): boolean {
    const known = Math.max(this.token, this.world.files.node().token);
    return !lease.used && known > 0 && this.world.clock() < (this.seen as Seen).since + this.self.timings.duration;
  }

  /** Runs requests; a failure has them repeated soon, from reading on. */
  private async request(action: () => Promise<void>): Promise<void> {
    const { retry, duration } = this.self.timings;
    this.nextRequest = this.world.clock() + retry * (0.9 + 0.2 * this.world.random());
    try {
      await action();
      this.world.problem(undefined);
    } catch (error) {
      const { reason, retryAfter } = error instanceof LeaseError ? error : { reason: "other" as const, retryAfter: 0 };
      this.lease = undefined;
      this.metrics.failed(reason);
      if (reason !== "conflict") this.world.problem((error as Error).message);
      const now = this.world.clock();
      if (reason === "conflict") this.nextRequest = now + (retry / 2) * this.world.random();
      else {
        // A server that asks for patience gets it, as far as the deadline has room for one more attempt.
        const latest = this.state.role === "active" ? this.state.stopAt - 2 * retry : now + duration;
        this.nextRequest = Math.max(this.nextRequest, Math.min(now + retryAfter, latest));
      }
    }
  }

  private async current(): Promise<Lease> {
    return this.lease ?? this.keep(await this.world.store.read());
  }

  private async write(lease: Lease, change: Parameters<LeaseStore["write"]>[1]): Promise<void> {
    this.keep(await this.world.store.write(lease, change));
  }

  private keep(lease: Lease): Lease {
    this.complete.saw(lease);
    this.lease = lease;
    this.seen = look(lease, this.seen, this.world.clock());
    this.token = Math.max(this.token, lease.token);
    return lease;
  }

  private handoff(lease: Lease): string | undefined {
    return this.seen && handoffTarget(lease, this.seen, this.self, this.world.clock());
  }

  /** A token is given once in the life of a Lease, so it tells a pod of the same name apart, too. */
  private holds(lease: Lease, token: number): boolean {
    return lease.holder === this.self.pod && lease.token === token;
  }

  private hold(token: number, sent: number, node: Node, reason = ""): void {
    const { renewDeadline, killGrace } = this.self.timings;
    const stopAt = sent + renewDeadline;
    this.world.files.writeRole({ stopAt, killAt: stopAt + killGrace, token });
    const state: State = { role: "active", token, stopAt, node };
    if (this.state.role === "active") this.state = state;
    else this.enter(state, token, reason);
    // What the answer brought is followed at once.
    if (this.lease?.paused || this.lease?.handoffTo) this.nextRequest = this.world.clock();
  }

  private lose(reason: string): void {
    if (this.state.role === "active" && this.runs(this.state.token)) this.metrics.lostWhileActive();
    this.withdraw(reason, this.state.role === "standby" ? this.token : this.state.token);
  }

  private endBetweenBlocks(): void {
    void this.world.node.betweenBlocks().then(() => this.world.files.writeBetween());
  }

  /** At once, since another may hold the Lease, or soon. */
  private withdraw(reason: string, token: number): void {
    this.world.files.writeBetween();
    this.stop(reason, token);
  }

  /**
   * The role is taken back before the node is looked at: the script reports itself active before it looks at the role.
   */
  private stop(reason: string, token: number): void {
    this.world.files.writeRole("standby");
    this.enter({ role: "stopping", token }, token, reason);
    this.nextRequest = 0;
  }

  private enter(state: State, token: number, reason: string): void {
    const from = this.state.role;
    this.state = state;
    this.metrics.entered(state.role);
    this.world.tell({ from, to: state.role, token, reason }, this.lease);
  }
}
