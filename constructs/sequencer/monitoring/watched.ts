import type { Engine } from "../engine";
import type { ExecutionParts } from "../execution/execution";
import type { SubmitterWorkload } from "../submitter";

/** A sequencer as its monitoring sees it: any `SequencerNode` is one. */
export interface WatchedSequencer {
  readonly namespace: string;
  readonly name: string;
  readonly engine: Engine;
  readonly members: number;
  readonly blockTimeMs: number;
  /** How it executes: a client of its own has metrics of its own. */
  readonly execution: { readonly metricsPort?: ExecutionParts["metricsPort"] };
  /** Whether the mesh shows a certificate. */
  readonly certificate: boolean;
  /** What takes its blocks to another chain. @default - nothing */
  readonly submitters?: readonly Pick<SubmitterWorkload, "component" | "program">[];
}
