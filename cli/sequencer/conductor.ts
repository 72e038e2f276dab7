import { z } from "zod";
import type { Kubectl } from "../kubernetes/kubectl";
import { line } from "../kubernetes/line";
import { jsonOf, PortForward } from "../kubernetes/port-forward";
import { type Allowed, allowedBy, type Target } from "./target";

/** What an op-conductor says. */
export interface ConductorState {
  /** Whether it leads the raft, or says so since it is overridden. */
  readonly leads: boolean;
  /** The pod that leads as it knows; empty if it knows none, or is overridden. */
  readonly leader: string;
  readonly healthy: boolean;
  readonly paused: boolean;
  readonly overridden: boolean;
  /** Empty where it knows no raft. */
  readonly servers: readonly Server[];
  /** Of the servers; op-conductor 1.16.5 always says 0. */
  readonly version: number;
}

/** A member of the raft; suffrage 0 votes, 1 does not. */
const server = z.object({ id: line, addr: line, suffrage: z.number() });
export type Server = z.output<typeof server>;

const hash = z.string().regex(/^0x[0-9a-f]{64}$/i);
const number = z.int().nonnegative();

/** A block of an execution client. */
export const block = z.object({ hash });

/** What an op-node says of its chains: its newest block, how far it has read L1, and how far L1 is. */
const syncStatus = z.object({
  unsafe_l2: z.object({ number, hash }),
  current_l1: z.object({ number }),
  head_l1: z.object({ number }),
});
export type SyncStatus = z.output<typeof syncStatus>;

const response = z.looseObject({
  id: z.number().nullish(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: line }).nullish(),
});

const state = z.object({
  leads: z.boolean(),
  leader: z.object({ id: line }).nullish(),
  healthy: z.boolean(),
  paused: z.boolean(),
  overridden: z.boolean(),
  /** One that knows no raft has null as its servers. */
  membership: z.object({ servers: z.array(server).nullish(), version: number }).nullish(),
});

const METHODS = {
  leads: "conductor_leader",
  leader: "conductor_leaderWithID",
  healthy: "conductor_sequencerHealthy",
  paused: "conductor_paused",
  overridden: "conductor_leaderOverridden",
  membership: "conductor_clusterMembership",
} as const;

/** The body of a call of JSON-RPC. */
function bodyOf(method: string, params: readonly unknown[] = [], id = 1): object {
  return { jsonrpc: "2.0", id, method, params };
}

/** What an op-conductor says through an open forward; undefined when it does not answer. */
export async function conductorState(forward: PortForward, port: number): Promise<ConductorState | undefined> {
  const names = Object.entries(METHODS);
  const calls = names.map(([, method], id) => bodyOf(method, [], id));
  const answers = z.array(response).safeParse(jsonOf(await forward.ask(port, "/", calls))).data;
  const results = names.map(([name], id) => [name, answers?.find(each => each.id === id)?.result]);
  const said = state.safeParse(Object.fromEntries(results)).data;
  if (!said) return undefined;
  const { leads, leader, healthy, paused, overridden, membership } = said;
  return {
    leads,
    leader: overridden ? "" : (leader?.id ?? ""),
    healthy,
    paused,
    overridden,
    servers: membership?.servers ?? [],
    version: membership?.version ?? 0,
  };
}

/** Whether an op-conductor says that it leads; undefined when it does not answer. */
export async function leadsRaft(forward: PortForward, port: number): Promise<boolean | undefined> {
  const said = await forward.ask(port, "/", bodyOf(METHODS.leads));
  return z.object({ result: z.boolean() }).safeParse(jsonOf(said)).data?.result;
}

/** What of a state an operator has to know, as the words after the member's name. */
export function unusual({ paused, overridden }: ConductorState): string | undefined {
  if (overridden) return "is overridden: it makes blocks without the raft";
  return paused ? "is paused: op-conductor neither starts nor stops its op-node" : undefined;
}

/** The op-conductor, op-node and execution client of a member, through the kubelet. */
export class Conductor {
  private constructor(
    readonly member: string,
    private readonly forward: PortForward,
    private readonly ports: { readonly port: number; readonly nodePort: number },
    private readonly executionPort: number,
  ) {}

  static async open(kubectl: Kubectl, target: Target, member: string, command: Allowed): Promise<Conductor> {
    const { namespace, engine } = target;
    if (!engine.conductor) throw new Error(`a ${engine.noun} has no op-conductor`);
    const { port, nodePort } = engine.conductor;
    const { rpc } = engine.software.ports;
    const options = { namespace, pod: member, ports: [port, nodePort, rpc], allowedBy: allowedBy(target, command) };
    return new Conductor(member, await PortForward.open(kubectl, options), engine.conductor, rpc);
  }

  /** Undefined when it does not answer. */
  state(): Promise<ConductorState | undefined> {
    return conductorState(this.forward, this.ports.port);
  }

  /**
   * How far its op-node is.
   *
   * @throws also while an op-node that has just started does not know it: it says block 0 without a hash then
   */
  async sync(): Promise<SyncStatus> {
    const status = await this.ask(syncStatus, "optimism_syncStatus");
    if (/^0x0{64}$/.test(status.unsafe_l2.hash))
      throw new Error(
        `op-node of ${this.member} has not found its newest block yet → look at kubectl logs ${this.member} -c node`,
      );
    return status;
  }

  /** Calls a method whose result has this form. */
  async ask<T>(form: z.ZodType<T>, method: string, ...params: readonly unknown[]): Promise<T> {
    const { success, data } = form.safeParse(await this.call(method, ...params));
    if (success) return data;
    throw new Error(
      `${this.member} answers ${method} with a result of another form → look at kubectl logs ${this.member}`,
    );
  }

  /** Calls a method of op-conductor, of the execution client (`eth_`), or else of op-node. */
  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const { port: conductor, nodePort } = this.ports;
    const [space = ""] = method.split("_");
    const port = { conductor, eth: this.executionPort }[space] ?? nodePort;
    const said = await this.forward.ask(port, "/", bodyOf(method, params));
    const answer = response.safeParse(jsonOf(said)).data;
    if (answer?.error) throw new Error(`${this.member} refuses ${method}: ${answer.error.message}`);
    if (answer?.result === undefined)
      throw new Error(`${this.member} does not answer ${method} → look at kubectl logs ${this.member}`);
    return answer.result;
  }

  close(): void {
    this.forward.close();
  }
}
