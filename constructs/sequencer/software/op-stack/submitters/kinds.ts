import { milliseconds } from "../../../../kubernetes/duration";
import { selectorLabels } from "../../../../kubernetes/labels";
import type { OpBatcher, OpProposer, SubmitterSettings } from "./props";

/** A program that sends transactions about the chain to L1, with its settings. */
export interface Submitter {
  /** In labels and names: `<sequencer>-batcher`. */
  readonly component: "batcher" | "proposer";
  readonly program: string;
  /** What its variables begin with. */
  readonly variables: string;
  /** Whether it reads blocks of the execution client beside what op-node says. */
  readonly readsBlocks: boolean;
  /** How often it sends something, at least. */
  readonly everySeconds: number;
  /** What it is told beside what all submitters are. */
  readonly args: readonly string[];
  readonly settings: SubmitterSettings;
}

/** Ethereum's. */
const L1_BLOCK_SECONDS = 12;

function batcherOf(settings: OpBatcher): Submitter {
  const { dataAvailability = "blobs", maxChannelDuration = 25 } = settings;
  return {
    component: "batcher",
    program: "op-batcher",
    variables: "OP_BATCHER_",
    readsBlocks: true,
    everySeconds: maxChannelDuration * L1_BLOCK_SECONDS,
    args: [
      `--data-availability-type=${dataAvailability}`,
      `--max-channel-duration=${maxChannelDuration}`,
      // It would call miner_setMaxDASize, which no member lets through.
      "--throttle.unsafe-da-bytes-lower-threshold=0",
    ],
    settings,
  };
}

function proposerOf(settings: OpProposer): Submitter {
  const { gameFactory, gameType = 0, proposalInterval = "1h" } = settings;
  return {
    component: "proposer",
    program: "op-proposer",
    variables: "OP_PROPOSER_",
    readsBlocks: false,
    everySeconds: milliseconds(proposalInterval) / 1000,
    args: [
      `--game-factory-address=${gameFactory}`,
      `--game-type=${gameType}`,
      `--proposal-interval=${proposalInterval}`,
    ],
    settings,
  };
}

/** The submitters of a chain. */
export function submittersOf({ batcher, proposer }: { batcher?: OpBatcher; proposer?: OpProposer }): Submitter[] {
  return [...(batcher ? [batcherOf(batcher)] : []), ...(proposer ? [proposerOf(proposer)] : [])];
}

/** Selects the pod of a submitter. */
export function submitterSelector({ component, program }: Submitter, sequencer: string): Record<string, string> {
  return selectorLabels(program, sequencer, component);
}
