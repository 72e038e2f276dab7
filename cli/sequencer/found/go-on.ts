import { Interrupted } from "../../interrupted";
import { type Kubectl, KubectlError } from "../../kubernetes/kubectl";
import { type Asked, again, leaderOf } from "../conductors";
import { startSequencer } from "../override";
import { say, until } from "../request";
import type { Target } from "../target";
import { type Head, headsOf, progress, raftOf, run, TwoChains, withNamed } from "./members";

/** Elections take seconds; connections are opened again from time to time. */
const LEAD_SECONDS = 120;
const OPEN_SECONDS = 10;
/** Reading L1 again, or making the blocks of an outage, takes as long as it takes: this is without any progress. */
const STALLED_SECONDS = 120;
const POLL_MS = 500;

/** Has the chain go on from its newest block. @returns who leads, and that block */
export async function goOn(kubectl: Kubectl, target: Target): Promise<{ leader: string; from: Head }> {
  await readL1(kubectl, target);
  // An unhealthy leader would give way again and again, and its blocks are old until it has made those of the outage.
  await withNamed(kubectl, target, pause);
  const from = await startLeader(kubectl, target);
  await catchUp(kubectl, target, from);
  const leader = await withNamed(kubectl, target, resume);
  const { path, done } = raftOf(target);
  await withNamed(kubectl, target, async asked => {
    for (const { member, state } of asked) if (state) await run(kubectl, target, member, "rm", "-f", `${path}/${done}`);
  });
  return { leader, from };
}

/** Waits until members have read what L1 has by now: blocks that are there must not be made again. */
async function readL1(kubectl: Kubectl, target: Target): Promise<void> {
  const tell = progress();
  let goal = 0;
  await whileMoving(kubectl, "no member has read more of L1", () =>
    withNamed(kubectl, target, async asked => {
      const open = asked.flatMap(({ conductor, state }) => (conductor && state ? [conductor] : []));
      const read = await Promise.all(open.map(each => each.sync()));
      goal ||= Math.max(...read.map(({ head_l1 }) => head_l1.number));
      const [behind] = read.map(({ current_l1 }) => current_l1.number).sort((a, b) => a - b);
      if (goal > 0 && behind !== undefined && behind >= goal) return { done: true as const };
      if (goal > 0) tell(`members read L1: block ${behind} of ${goal}`); // op-node asks L1 every 12 s
      return { at: behind ?? 0 };
    }),
  );
}

async function pause(asked: readonly Asked[]): Promise<void> {
  for (const { conductor, state } of asked) if (state && !state.paused) await conductor?.call("conductor_pause");
}

/** The member with the newest block leads and starts on it: what the others lack it brings them. */
async function startLeader(kubectl: Kubectl, target: Target): Promise<Head> {
  const from = await until(
    kubectl,
    LEAD_SECONDS,
    () =>
      withNamed(kubectl, target, asked =>
        until(kubectl, OPEN_SECONDS, async () => startedBy(await again(asked)), POLL_MS),
      ),
    POLL_MS,
  );
  if (from) return from;
  throw new Error(`no leader has started after ${LEAD_SECONDS} s → look at sequencer members, and repeat the command`);
}

async function startedBy(asked: readonly Asked[]): Promise<Head | undefined> {
  const leader = leaderOf(asked);
  if (!leader) return undefined;
  try {
    const [highest, ...others] = await headsOf(asked);
    const own = [highest, ...others].find(({ member }) => member === leader.member);
    if (own?.number === highest.number) {
      await startSequencer(own.conductor, own.hash);
      say(`${own.member} leads, and goes on from block ${own.number}, ${own.hash}`);
      return own;
    }
    const { addr } = leader.state.servers.find(({ id }) => id === highest.member) ?? {};
    if (addr) await leader.conductor.call("conductor_transferLeaderToServer", highest.member, addr);
  } catch (error) {
    retry(error);
  }
  return undefined;
}

/** Waits until the leader has made new blocks, those of the outage too. */
async function catchUp(kubectl: Kubectl, target: Target, { number: from, member: first }: Head): Promise<void> {
  const tell = progress();
  let started = first;
  await whileMoving(kubectl, "no member makes blocks", () =>
    withNamed(kubectl, target, async asked => {
      const leader = leaderOf(asked);
      if (!leader) return { at: from };
      // A busy machine may have an election, and a paused op-conductor starts nothing.
      if (leader.member !== started) started = (await startedBy(asked))?.member ?? started;
      const { number } = (await leader.conductor.sync()).unsafe_l2;
      if (number > from && leader.state.healthy) return { done: true as const };
      const blocks = `${leader.member} makes the blocks of the outage: ${number}`;
      tell(number > from ? blocks : `waiting for a block of ${leader.member}`);
      return { at: number };
    }),
  );
}

/** The leader first, so that no other is at work before. */
async function resume(asked: readonly Asked[]): Promise<string> {
  const leader = leaderOf(asked);
  if (!leader) throw new Error("no member leads any more → repeat the command");
  const others = asked.filter(({ member, state }) => state && member !== leader.member);
  for (const { conductor } of [leader, ...others]) await conductor?.call("conductor_resume");
  const paused = (await again(asked)).filter(({ state }) => state?.paused).map(({ member }) => member);
  if (paused.length > 0) throw new Error(`${paused.join(", ")} did not resume → repeat the command`);
  return leader.member;
}

/** Asks until it is done, and fails after too long a time in which a number stands. */
async function whileMoving(
  kubectl: Kubectl,
  what: string,
  ask: () => Promise<{ readonly done: true } | { readonly done?: undefined; readonly at: number }>,
): Promise<void> {
  let [last, since] = [-1, performance.now()];
  for (;;) {
    const answer = await ask().catch(retry);
    if (answer?.done) return;
    if (answer && answer.at !== last) [last, since] = [answer.at, performance.now()];
    if (performance.now() - since > 1000 * STALLED_SECONDS)
      throw new Error(
        `${what} for ${STALLED_SECONDS} s → look at kubectl logs --container node, and repeat the command`,
      );
    await kubectl.sleep(POLL_MS);
  }
}

/** A program that does not answer now may do so in a moment. */
function retry(error: unknown): undefined {
  if (error instanceof TwoChains || error instanceof KubectlError || error instanceof Interrupted) throw error;
  say(`${(error as Error).message}; trying again`);
  return undefined;
}
