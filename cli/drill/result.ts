import type { Target } from "../sequencer/target";
import type { DrillKind } from "./harm";
import type { Round } from "./rounds";

/** Seconds that a failover may take: p50 and p95. */
export interface Objective {
  readonly p50: number;
  readonly p95: number;
}

export interface Drill {
  readonly target: Target;
  readonly cluster: string;
  readonly who: string;
  readonly kind: DrillKind;
  readonly startedAt: Date;
  readonly objective: Objective;
  readonly rounds: readonly Round[];
}
