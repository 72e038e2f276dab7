import type { Kubectl } from "../kubernetes/kubectl";
import { until } from "../sequencer/request";
import { readStatus } from "../sequencer/status";
import type { Target } from "../sequencer/target";
import {
  type Conflict,
  conflicts,
  decreases,
  type Gap,
  longestGap,
  now,
  type Overlap,
  type Sample,
  twoLeaders,
} from "./gaps";
import { type DrillKind, HARMS } from "./harm";
import { DrillWatch } from "./watch";

/** One failover, as it was observed. Times are milliseconds since the epoch. */
export interface Round {
  readonly leader: string;
  /** Who leads afterwards; undefined if nobody was seen to lead. */
  readonly heir?: string;
  readonly faultAt: number;
  readonly end: number;
  /** The longest time without a new block. */
  readonly gap: Gap;
  /** Two members that said at the same time that they lead. */
  readonly overlaps: readonly Overlap[];
  /** Heights with two blocks, from shortly before the fault to the end. */
  readonly conflicts: readonly Conflict[];
  /** Members whose height went down. */
  readonly decreases: readonly string[];
  readonly samples: readonly Sample[];
}

/** How long a sequencer has to be healthy before a round, and is watched after it. */
const CALM_MS = 5_000;
const HEALTHY_SECONDS = 300;
/** A round without a block for this long has failed. It is far beyond the objective. */
const LOST_MS = 120_000;
/** The most blocks that a round compares, from the newest before the fault on. */
const MOST_BLOCKS = 300;

export async function runRound(
  kubectl: Kubectl,
  target: Target,
  kind: DrillKind,
  allowedBy: string,
  calmMs = CALM_MS,
): Promise<Round> {
  const leader = await calm(kubectl, target, calmMs, "before the round");
  const watch = new DrillWatch(kubectl, target, allowedBy);
  try {
    await blocksSeen(kubectl, watch);
    const before = watch.height;
    const faultAt = now();
    const mend = await HARMS[kind].act({ kubectl, target, leader, allowedBy });
    try {
      await recovered(kubectl, watch, calmMs);
    } finally {
      await mend?.();
    }
    const end = now();
    const heir = watch.leaders.length === 1 ? watch.leaders[0] : undefined;
    await calm(kubectl, target, calmMs, "after it");
    const compared = await compare(watch, before);
    const { samples } = watch;
    return {
      leader,
      ...(heir && { heir }),
      faultAt,
      end,
      gap: longestGap(samples, faultAt, end),
      overlaps: twoLeaders(samples),
      conflicts: conflicts([...samples, ...compared]),
      decreases: [...new Set(decreases(samples).map(({ member }) => member))].filter(
        member => !(HARMS[kind].rewinds && member === leader),
      ),
      samples,
    };
  } finally {
    await watch.stop();
  }
}

/** Waits until the sequencer has been healthy for a while, and returns its leader: a round measures one fault only. */
async function calm(kubectl: Kubectl, target: Target, calmMs: number, when: string): Promise<string> {
  let since: number | undefined;
  let problems = "";
  const leader = await until(
    kubectl,
    HEALTHY_SECONDS,
    async () => {
      const { status } = await readStatus(kubectl, target, "drill");
      problems = status.problems.join(", ");
      since = status.healthy ? (since ?? now()) : undefined;
      return since !== undefined && now() - since >= calmMs ? status.leaders[0] : undefined;
    },
    calmMs / 5,
  );
  if (leader) return leader;
  throw new Error(
    `${target.name} was not healthy for ${calmMs / 1000} s within ${HEALTHY_SECONDS} s ${when}` +
      `${problems && `: ${problems}`} → sequencer status ${target.environment.name} shows all of it`,
  );
}

async function blocksSeen(kubectl: Kubectl, watch: DrillWatch): Promise<void> {
  let first = 0;
  const seen = await until(
    kubectl,
    60,
    async () => {
      watch.check();
      first ||= watch.height;
      return (first > 0 && watch.height > first && watch.leaders.length > 0) || undefined;
    },
    100,
  );
  if (!seen)
    throw new Error(
      "no new block and no leader was seen for 60 s, so there is nothing to measure → sequencer status says why",
    );
}

/** Waits for a leader and for blocks after the fault, and then a while longer. */
async function recovered(kubectl: Kubectl, watch: DrillWatch, calmMs: number): Promise<void> {
  const [harmed, height] = [now(), watch.height];
  let since: number | undefined;
  while (now() - harmed < LOST_MS) {
    watch.check();
    since ??= watch.height > height && watch.leaders.length === 1 ? now() : undefined;
    if (since !== undefined && now() - since >= calmMs) return;
    await kubectl.sleep(100);
  }
}

/** Every member's blocks from shortly before the fault on. */
async function compare(watch: DrillWatch, before: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const last = Math.min(watch.height, before + MOST_BLOCKS);
  for (let height = Math.max(1, before - 5); height <= last; height++) samples.push(...(await watch.blocks(height)));
  return samples;
}
