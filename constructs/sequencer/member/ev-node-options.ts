import { type Duration, milliseconds } from "../../kubernetes/duration";
import type { LogFormat, LogLevel } from "./ev-node-words";

/** What ev-node is told beside what other props say. */
export interface EvNodeOptions {
  /**
   * Lazy mode: without transactions a block is made only so often. It is longer than `blockTime`. Members are ready,
   * and alerts silent, for three of these without a block. @default - a block every `blockTime`
   */
  readonly lazyInterval?: Duration;
  /**
   * Block production pauses while so many headers, or so many blocks' data, wait for the DA (upstream #1524). Above 64
   * ev-node looks at every 64th block. @default - no limit, as upstream
   */
  readonly maxPendingBlocks?: number;
  readonly log?: {
    /** @default "info" - upstream's */
    readonly level?: LogLevel;
    /** @default "json" - one line an entry, with its fields */
    readonly format?: LogFormat;
  };
  /** Where traces are sent. @default - nowhere */
  readonly tracing?: {
    /** Collector that takes OTLP over HTTP, such as `http://otel.monitoring.svc:4318`, without a path. */
    readonly endpoint: string;
    /** Which part of the traces is sent, from 0 to 1. @default 0.1 - upstream's */
    readonly sampleRate?: number;
  };
  /** Further arguments of `start`. Flags that the package sets are refused. @default - none */
  readonly args?: readonly string[];
}

/** The longest time between two blocks of a sequencer that makes them, where it is not the block time. */
export function lazyIntervalMs({ lazyInterval }: EvNodeOptions): number | undefined {
  return lazyInterval === undefined ? undefined : milliseconds(lazyInterval);
}
