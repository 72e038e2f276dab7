/*!
 * What the node says of itself: when it was last level with the chain, and whether its catch-up still gets anywhere.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "../lib/http";

export interface NodeUrls {
  /** Answers 200 while the node is level with its peers, or makes blocks. */
  readonly ready: URL;
  /** Its counters, in Prometheus' text format. */
  readonly metrics: URL;
  /** Where the node finds its DA; a proxy answers for one that does not. */
  readonly da: URL;
}

const LOOK_MS = 100;
const PROGRESS_MS = 1000;
const SOURCE_MS = 500;
const TIMEOUT_MS = 1000;
/** Beyond what a look at one DA height takes, however busy the machine. */
const STILL_MS = 30_000;
/**
 * The older the newest block, the more DA heights without blocks are passed: a hundredth is 60 ms for each of
 * Celestia's.
 */
const STILL_SHARE = 1 / 100;

/** As long as the script waits for the word. */
const BETWEEN_MS = 1200;
/** Well within the shortest time between two blocks. */
const BETWEEN_LOOK_MS = 10;

/** As long as ev-node waits for its peers. */
const STRANDED_MS = 30_000;

/**
 * A proxy's word that its server failed, is none or is late. A DA's own 500 is an answer: Celestia's says it of
 * anything but a call.
 */
const FROM_PROXY = [502, 503, 504];

export class NodeWatch {
  /** When it was last ready, by the clock, from before it was asked. */
  readyAt?: number;
  /**
   * When it was last level: ready, and with its newest blocks from its peers. ev-node (seen in 1.2.2) is ready on
   * blocks of the DA alone, too, up to a DA block and its submission behind, and does not know it: it compares itself
   * with what it has.
   */
  levelAt?: number;
  private synced: Synced = { p2p: 0, da: 0 };
  private followsPeers = false;
  private daAloneSince?: number;
  private nextSource = 0;
  private height?: string;
  private movedAt?: number;
  private newestAge = 0;
  private nextProgress = 0;

  constructor(
    private readonly urls: NodeUrls,
    private readonly clock: () => number,
  ) {}

  async run(): Promise<never> {
    for (;;) {
      await this.look();
      await sleep(LOOK_MS);
    }
  }

  async look(): Promise<void> {
    const now = this.clock();
    const [status] = await Promise.all([statusOf(this.urls.ready), this.lookForSource(now)]);
    if (status === 200) {
      this.readyAt = this.movedAt = now;
      if (this.followsPeers) this.levelAt = now;
    } else if (now >= this.nextProgress) {
      this.nextProgress = now + PROGRESS_MS;
      await this.lookForProgress();
    }
  }

  /**
   * Whether the node has had no new block for so long, although it and its DA answered, that it has all there is.
   * ev-node (seen in 1.2.2) then still does not leave its catch-up if one DA height had over a hundred blocks that it
   * knew: they count as unfinished for ever.
   */
  stoodStill(since: number): boolean {
    return this.clock() - Math.max(since, this.movedAt ?? since) > STILL_MS + this.newestAge * STILL_SHARE;
  }

  /**
   * Whether its blocks have come from the DA alone for long; once for each time. ev-node (seen in 1.2.2) asks its peers
   * for its own newest block as it starts, and if none gives it within half a minute, because they are away or behind,
   * it never follows peers again.
   */
  stranded(): boolean {
    if (this.daAloneSince === undefined || this.clock() - this.daAloneSince <= STRANDED_MS) return false;
    this.daAloneSince = undefined;
    return true;
  }

  async newestHeight(): Promise<number | undefined> {
    const block = await newestBlock(this.urls.ready);
    return block && Number(block.height);
  }

  /** ev-node counts a block once its peers were sent it. */
  async betweenBlocks(): Promise<void> {
    const end = this.clock() + BETWEEN_MS;
    for (let before: string | undefined; this.clock() < end; await sleep(BETWEEN_LOOK_MS)) {
      const height = await countedHeight(this.urls.metrics);
      if (before !== undefined && height !== undefined && height !== before) return;
      before ??= height;
    }
  }

  private async lookForSource(now: number): Promise<void> {
    if (now < this.nextSource) return;
    this.nextSource = now + SOURCE_MS;
    const [before, synced] = [this.synced, await syncedBlocks(this.urls.metrics)];
    if (synced?.p2p !== before.p2p) {
      this.followsPeers = synced !== undefined && synced.p2p > 0;
      this.daAloneSince = undefined;
    } else if (synced.da > before.da) {
      this.followsPeers = false;
      this.daAloneSince ??= now;
    } else if (synced.da < before.da) this.daAloneSince = undefined; // another process
    this.synced = synced ?? before;
  }

  private async lookForProgress(): Promise<void> {
    const [block, da] = await Promise.all([newestBlock(this.urls.ready), statusOf(this.urls.da)]);
    const still = block !== undefined && block.height === this.height && da !== undefined && !FROM_PROXY.includes(da);
    if (!still) this.movedAt = this.clock();
    this.height = block?.height;
    this.newestAge = block ? Math.max(0, Date.now() - block.time) : 0;
  }
}

/** Blocks that the node's process has taken, by where they came from. */
interface Synced {
  readonly p2p: number;
  readonly da: number;
}

const COUNTED = /^evnode_sequencer_height\{.*\} (\S+)$/m;

async function countedHeight(metrics: URL): Promise<string | undefined> {
  const answer = await request(metrics, { method: "GET", timeoutMs: TIMEOUT_MS }).catch(() => undefined);
  return answer && COUNTED.exec(answer.text)?.[1];
}

const SYNCED = /^evnode_sequencer_blocks_synchronized_total\{.*source="(p2p|da)".*\} (\S+)$/gm;

/** A source has no line before its first block. */
async function syncedBlocks(metrics: URL): Promise<Synced | undefined> {
  const answer = await request(metrics, { method: "GET", timeoutMs: TIMEOUT_MS }).catch(() => undefined);
  if (answer?.status !== 200) return undefined;
  const counts = [...answer.text.matchAll(SYNCED)].map(([, source, count]) => [source, Number(count)]);
  return { p2p: 0, da: 0, ...Object.fromEntries(counts) };
}

function statusOf(url: URL): Promise<number | undefined> {
  return request(url, { method: "GET", timeoutMs: TIMEOUT_MS }).then(
    ({ status }) => status,
    () => undefined,
  );
}

async function newestBlock(ready: URL): Promise<{ height: string; time: number } | undefined> {
  try {
    const headers = { "content-type": "application/json" };
    const url = new URL("/evnode.v1.StoreService/GetState", ready);
    const { text } = await request(url, { method: "POST", headers, body: {}, timeoutMs: TIMEOUT_MS });
    const { lastBlockHeight, lastBlockTime } = JSON.parse(text).state;
    return { height: lastBlockHeight, time: Date.parse(lastBlockTime) };
  } catch {
    return undefined;
  }
}
