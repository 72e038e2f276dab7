import type { EngineMonitoring } from "./monitoring/engine-monitoring";
import type { LeaderCheck } from "./proxy/config";
import type { CommandRules, RuleWords } from "./role-rules";
import type { NodeSoftware } from "./software/software";

/**
 * One way to sequence: everything that differs between the ways, as data. The frame, Services, Roles, policy, mesh,
 * proxy, alerts, drills, `check` and `status` ask it, and compare no names. An engine lives in a folder beside this
 * file and stands in the list of `engines.ts`.
 */
export interface Engine {
  /** As the start script, Terraform's state and `ha` of the values know it. */
  readonly name: string;
  /** As people say it, after "a". */
  readonly noun: string;
  /** How many members it may have, the usual number first. */
  readonly members: readonly number[];
  /** Whether a deployment may add members: the others take them in. @default - only as many as it was founded with */
  readonly grows?: boolean;
  /** How many of so many members may be lost while blocks are still made. */
  readonly survives: (members: number) => number;
  /** Where the proxy and the commands ask a member whether it leads. */
  readonly role: EngineRole;
  /** How the proxy finds the leader; without it there is one member, which writes, and no proxy. */
  readonly leaderCheck?: LeaderCheck;
  /** What members share beside p2p and the DA; without it they have no mesh, and dial the DA themselves. */
  readonly mesh?: { readonly raft: boolean };
  readonly software: NodeSoftware;
  /** Ports whose metrics Prometheus scrapes, beside the node's. */
  readonly metricsPorts: readonly number[];
  /** Whether a Lease named like the sequencer says who leads: its members then call the API server. */
  readonly lease: boolean;
  /**
   * How the leader hands over on request: its pod is deleted, the Lease passes on, or its op-conductor transfers
   * leadership. @default - nobody to hand over to
   */
  readonly handoff?: "delete" | "lease" | "transfer";
  /** Why a kind of drill is not for it, and what to do instead, by the kind. @default - every kind is for it */
  readonly undrilled?: Readonly<Record<string, string>>;
  /**
   * Where a member's op-conductor and its op-node answer, on the loopback of the pod, and where its raft is: what
   * `members`, `pause`, `override` and `found` ask. @default - members have none, and no such command
   */
  readonly conductor?: { readonly port: number; readonly nodePort: number; readonly raft: RaftFolder };
  /** What each command may do. */
  readonly rules: (words: RuleWords) => CommandRules;
  readonly monitoring: EngineMonitoring;
}

/** Where the raft of an op-conductor is, and the files there that say that it is to be founded again, and was. */
export interface RaftFolder {
  readonly container: string;
  readonly path: string;
  readonly again: string;
  readonly done: string;
}

/** Where a member says what it is, and what its answer means. */
export interface EngineRole {
  readonly port: number;
  readonly path: string;
  /** Undefined where the answer says nothing. */
  readonly read: (answer: { readonly status: number; readonly text: string }) => MemberRole | undefined;
}

/** What a member is to the others. */
export type MemberRole = "leader" | "follower" | "standby";

/** A way for ev-node to sequence. */
export interface EvNodeEngine extends Engine {
  /** What ev-node is told. */
  readonly node: EngineNode;
}

/** What ev-node and its start script are told. */
export interface EngineNode {
  /** `node.aggregator` of the configuration; where it is false, the start script says it at every start. */
  readonly aggregator: boolean;
  /** Blocks that a ready member may be behind. @default - as many as are made within the readiness window */
  readonly blocksBehind?: number;
  /** Environment of the start script. */
  readonly env?: Readonly<Record<string, string>>;
}
