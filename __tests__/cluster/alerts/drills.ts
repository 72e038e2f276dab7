import { longestGap, now } from "../../../cli/drill/gaps";
import { anyNode } from "../driver/driver";
import { getJson, kubectl } from "../driver/kubectl";
import type { SequencerNetwork } from "../sequencer/network";

/** What a drill did to a sequencer, as its members and the log of its proxies say it, and not the series of rules. */
export interface Drilled {
  readonly members: number;
  /** The longest time without a new block. */
  readonly gapMs: number;
  /** How often the proxy that saw most lost a leader, and how often before the drill. */
  readonly losses: number;
  readonly lossesBefore: number;
  /** From a pod's deletion until it was back. */
  readonly awayMs: number;
}

/** Watches a sequencer while something is done to it, which says how long a pod was away. */
export async function drilled(network: SequencerNetwork, drill: () => Promise<number>): Promise<Drilled> {
  const watch = await network.watch(anyNode);
  const lossesBefore = await lossesOf(network);
  const from = now();
  const awayMs = await drill().finally(() => watch.stop());
  const gapMs = longestGap(watch.samples, from, now()).ms;
  return { members: network.members, gapMs, losses: await lossesOf(network), lossesBefore, awayMs };
}

/** How often the proxy that saw most has lost a leader, within ten minutes. */
export async function lossesOf({ namespace }: { readonly namespace: string }): Promise<number> {
  const { items } = await getJson("-n", namespace, "pods", "-l", "app.kubernetes.io/component=leader-proxy");
  const seen = items.map(async ({ metadata }: { metadata: { name: string } }) => {
    const { stdout } = await kubectl(["-n", namespace, "logs", metadata.name, "--since=10m"]);
    // A proxy begins with all of them down.
    return stdout.match(/^Server write\/\S+ is DOWN(?!, changed from Lua)/gm)?.length ?? 0;
  });
  return Math.max(...(await Promise.all(seen)));
}

/** How often a drill takes the leader away: one is killed, and one deleted. */
const TAKEN = 2;

/**
 * Alerts that a busy machine makes true: what they say lasted as long as their rule asks. Of leaders, so many were lost
 * before the drill that with those which it takes they are too many, or more were lost while blocks stood still. A gap
 * is seen from scrape to scrape, five seconds longer than it was.
 */
const TRUE_WHEN: Readonly<Record<string, (drilled: Drilled) => boolean>> = {
  "SequencerNoBlocks critical": ({ gapMs }) => gapMs > 10_000,
  "SequencerNoLeader critical": ({ gapMs }) => gapMs > 10_000,
  "SequencerLeaderChanges warning": ({ gapMs, losses, lossesBefore, members }) =>
    losses > members && (gapMs > 5000 || lossesBefore + TAKEN > members),
  "SequencerMemberDown warning": ({ awayMs }) => awayMs > 60_000,
  "SequencerMeshPeerUnreachable warning": ({ awayMs }) => awayMs > 60_000,
};

export const isTrue = (alert: string, seen: Drilled) => TRUE_WHEN[alert]?.(seen) ?? false;

/** For people. */
export const drillText = ({ gapMs, losses, lossesBefore, awayMs }: Drilled) =>
  `${(gapMs / 1000).toFixed(1)} s without a block, a deleted pod back after ${Math.round(awayMs / 1000)} s, ` +
  `a leader lost ${losses} times since the start, ${lossesBefore} of them before the drill`;
