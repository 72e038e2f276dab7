import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { jsonOf, PortForward } from "../kubernetes/port-forward";
import { leadsRaft } from "../sequencer/conductor";
import { askRole } from "../sequencer/status";
import type { Target } from "../sequencer/target";
import { now, type Sample } from "./gaps";

/** Time between two requests to a member. */
export const LOOK_MS = 100;
/** Time before a lost forward is opened again. */
const AGAIN_MS = 250;

/** Asks every member ten times a second for its newest block, and whether it leads, until stopped. */
export class DrillWatch {
  readonly samples: Sample[] = [];
  private readonly members: readonly WatchedMember[];
  private readonly loops: Promise<void>[];
  private ended = false;
  private failure?: Error;

  constructor(
    private readonly kubectl: Kubectl,
    { engine, namespace, members }: Target,
    allowedBy: string,
  ) {
    this.members = members.map(name => new WatchedMember(kubectl, { engine, namespace, name, allowedBy }));
    this.loops = this.members.map(member => this.follow(member));
  }

  /** The highest block that was seen on any member. */
  get height(): number {
    return this.samples.reduce((highest, { height = 0 }) => Math.max(highest, height), 0);
  }

  /** The member that last said that it leads. */
  get leaders(): string[] {
    const last = (name: string) => this.samples.findLast(({ member, kind }) => member === name && kind === "leader");
    return this.members.map(({ name }) => name).filter(name => last(name)?.leader);
  }

  /** Every member's block at a height, without members that do not answer. */
  async blocks(height: number): Promise<Sample[]> {
    this.check();
    const found = await Promise.all(
      this.members.map(async member => {
        const block = await member.block(height);
        return block && { t: now(), asked: now(), member: member.name, ...block };
      }),
    );
    return found.filter(sample => sample !== undefined);
  }

  /** @throws if watching is not possible at all, for example without permission */
  check(): void {
    if (this.failure) throw this.failure;
  }

  async stop(): Promise<void> {
    this.ended = true;
    await Promise.all(this.loops);
    for (const member of this.members) member.close();
  }

  private async follow(member: WatchedMember): Promise<void> {
    const last = new Map<string, { text: string; asked: number }>();
    const record = (asked: number, answer: Pick<Sample, "kind" | "height" | "hash" | "leader" | "error">) => {
      const { kind = "" } = answer;
      const text = JSON.stringify(answer);
      const before = last.get(kind);
      last.set(kind, { text, asked });
      if (before?.text !== text)
        this.samples.push({ t: now(), asked, still: before?.asked, member: member.name, ...answer });
    };
    try {
      while (!this.ended) {
        const asked = now();
        const reachable = await member.reach();
        const block = reachable ? await member.block() : undefined;
        record(asked, block ? { kind: "block", ...block } : { kind: "block", error: "no answer" });
        const askedRole = now();
        const leader = reachable ? await member.leads() : undefined;
        record(askedRole, leader === undefined ? { kind: "leader", error: "no answer" } : { kind: "leader", leader });
        await this.kubectl.sleep(Math.max(0, (reachable ? LOOK_MS : AGAIN_MS) - (now() - asked)));
      }
    } catch (error) {
      this.failure = error as Error;
    }
  }
}

/** One member, through a forward that is opened again when it closes. */
class WatchedMember {
  readonly name: string;
  private forward?: PortForward;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly at: { engine: Target["engine"]; namespace: string; name: string; allowedBy: string },
  ) {
    this.name = at.name;
  }

  async reach(): Promise<boolean> {
    if (this.forward?.open) return true;
    const { namespace, name: pod, engine, allowedBy } = this.at;
    const ports = [...new Set([engine.software.ports.rpc, engine.conductor?.port ?? engine.role.port])];
    try {
      this.forward = await PortForward.open(this.kubectl, { namespace, pod, ports, allowedBy });
      return true;
    } catch (error) {
      // A pod that is away is expected in a drill.
      if (error instanceof KubectlError && ["pod", "not found", "other"].includes(error.failure)) return false;
      throw error;
    }
  }

  /** The block at a height, without one the newest. */
  async block(height?: number) {
    const { ports, blocks } = this.at.engine.software;
    const { path, body } = blocks.ask(height);
    const answer = await this.forward?.ask(ports.rpc, path, body);
    return answer?.status === 200 ? blocks.read(jsonOf(answer)) : undefined;
  }

  async leads(): Promise<boolean | undefined> {
    const { engine } = this.at;
    if (!this.forward) return undefined;
    // A mesh that was frozen says at first what it knew before.
    if (engine.conductor) return leadsRaft(this.forward, engine.conductor.port);
    const role = await askRole(this.forward, engine);
    return role && role === "leader";
  }

  close(): void {
    this.forward?.close();
  }
}
