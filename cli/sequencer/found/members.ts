import type { RaftFolder } from "../../../constructs/sequencer/engine";
import type { Kubectl } from "../../kubernetes/kubectl";
import { block, type Conductor, type SyncStatus } from "../conductor";
import { type Asked, again, withMembers } from "../conductors";
import { say, until } from "../request";
import { allowedBy, type Target } from "../target";

/** A member's newest block. */
export interface Head {
  readonly member: string;
  readonly conductor: Conductor;
  readonly number: number;
  readonly hash: string;
}

/** Asks the members of the values alone. */
export function withNamed<T>(
  kubectl: Kubectl,
  target: Target,
  act: (asked: readonly Asked[]) => Promise<T>,
): Promise<T> {
  return withMembers(kubectl, target, target.members, "found", act);
}

/** Nobody can say by machine which one is right. */
export class TwoChains extends Error {}

/**
 * The newest blocks of all that answer, the highest first.
 *
 * @throws TwoChains if two members have different blocks of one height
 */
export async function headsOf(asked: readonly Asked[]): Promise<readonly [Head, ...Head[]]> {
  const open = asked.flatMap(({ member, conductor, state }) => (conductor && state ? [{ member, conductor }] : []));
  const heads = await Promise.all(
    open.map(async each => ({ ...each, ...pick((await each.conductor.sync()).unsafe_l2) })),
  );
  const [highest, ...others] = heads.sort((a, b) => b.number - a.number);
  if (!highest) throw new Error("no member answers → look at sequencer status");
  for (const { member, number, hash } of others) {
    const own = await highest.conductor.ask(block.nullable(), "eth_getBlockByNumber", hex(number), false);
    if (own?.hash === hash) continue;
    throw new TwoChains(
      `block ${number} is ${own?.hash ?? "missing"} on ${highest.member} and ${hash} on ${member}: two chains ` +
        "→ empty the volumes of the members with the wrong one, see docs/runbooks/op-stack-raft.md",
    );
  }
  return [highest, ...others];
}

const pick = ({ number, hash }: SyncStatus["unsafe_l2"]) => ({ number, hash });
const hex = (number: number) => `0x${number.toString(16)}`;

/** Where the members' raft is. */
export function raftOf({ engine }: Target): RaftFolder {
  if (!engine.conductor) throw new Error(`a ${engine.noun} has no op-conductor`);
  return engine.conductor.raft;
}

/** Runs a program beside a member's op-conductor. */
export function run(kubectl: Kubectl, target: Target, member: string, ...words: readonly string[]): Promise<string> {
  const { container } = raftOf(target);
  const args = ["exec", "--namespace", target.namespace, member, "--container", container, "--", ...words];
  return kubectl.run(args, { allowedBy: allowedBy(target, "found") });
}

/** A busy member may be late with an answer. */
const PATIENCE_SECONDS = 10;
const POLL_MS = 500;

/** Asks until there is an answer, for a while. */
export async function patiently<T>(kubectl: Kubectl, ask: () => Promise<T>): Promise<T> {
  let last: unknown;
  const answered = await until(
    kubectl,
    PATIENCE_SECONDS,
    () =>
      ask().then(
        value => ({ value }),
        error => {
          if (error instanceof TwoChains) throw error;
          last = error;
          return undefined;
        },
      ),
    POLL_MS,
  );
  if (!answered) throw last;
  return answered.value;
}

/** What they say, once all that can be reached have said something, or after a while. */
export async function allStates(kubectl: Kubectl, asked: readonly Asked[]): Promise<readonly Asked[]> {
  const answer = (now: readonly Asked[]) =>
    now.every(({ conductor, state }) => !conductor || state) ? now : undefined;
  const all =
    answer(asked) ?? (await until(kubectl, PATIENCE_SECONDS, async () => answer(await again(asked)), POLL_MS));
  return all ?? again(asked);
}

/** Says a text when it differs from the one before. */
export function progress(): (text: string) => void {
  let last = "";
  return text => {
    if (text !== last) say(text);
    last = text;
  };
}
