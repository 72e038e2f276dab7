import type { Engine } from "../engine";
import type { ExecutionParts } from "../execution/execution";
import type { Thresholds } from "./engine-monitoring";

/** A sequencer as its monitoring sees it: any `SequencerNode` is one. */
export interface WatchedSequencer extends Thresholds {
  readonly namespace: string;
  readonly name: string;
  readonly engine: Engine;
  readonly members: number;
  /** The longest time between two blocks of a lazy chain. @default - the block time */
  readonly longestBlockMs?: number;
  /** How it executes: a client of its own has metrics of its own. */
  readonly execution: { readonly metricsPort?: ExecutionParts["metricsPort"] };
  /** Whether the mesh shows a certificate. */
  readonly certificate: boolean;
}
