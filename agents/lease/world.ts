/*! What one agent deals with, apart from itself. */
import type { Lease, LeaseStore } from "./lease";
import type { RoleChange } from "./role-change";
import type { NodeState, Role } from "./run-files";

export interface World {
  /** Milliseconds of /proc/uptime. */
  clock(): number;
  readonly store: LeaseStore;
  readonly files: {
    node(): NodeState;
    role(): Role;
    writeRole(role: Role): void;
    level(): number;
    writeLevel(token: number): void;
    alive(): boolean;
    followAnew(): void;
    writeBetween(): void;
  };
  readonly node: {
    /** When the own node last said that it is ready, by the clock. */
    readyAt(): number | undefined;
    /** When it last was, as one that follows its peers. */
    levelAt(): number | undefined;
    /** Whether it follows the DA alone, and no longer its peers; said once for each time. */
    stranded(): boolean;
    /** Whether its catch-up since then has got all there is. */
    stoodStill(since: number): boolean;
    /** The height of its newest block. */
    height(): Promise<number | undefined>;
    /** Resolves as it has just made a block, or has made none for long. */
    betweenBlocks(): Promise<void>;
    /** The height that its store was left with by the process that ended last, if that is known. */
    lastHeight(): number | undefined;
  };
  /** From 0 to 1. */
  random(): number;
  tell(change: RoleChange, lease: Lease | undefined): void;
  problem(message: string | undefined): void;
}
