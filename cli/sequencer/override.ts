import { z } from "zod";
import { checkConfirmable } from "../confirm";
import type { Kubectl } from "../kubernetes/kubectl";
import { deletePod, podUid } from "../kubernetes/pods";
import type { Conductor } from "./conductor";
import { type Asked, again, leaderOf, needConductors, uidOf, withConductors } from "./conductors";
import { outcome } from "./pause-conductors";
import { type ActionOptions, begin, checkReason, done, say, until } from "./request";
import { allowedBy, type Target } from "./target";

export interface OverrideOptions extends ActionOptions {
  readonly member?: string;
  readonly end?: boolean;
}

const BLOCK_SECONDS = 30;
/** Time for a pod to end within its grace period, and for the others to elect. */
const LEAD_SECONDS = 120;
const OPEN_SECONDS = 10;
const POLL_MS = 200;

/** Checks the request itself, before the cluster is asked anything. */
export function checkOverride(target: Target, options: OverrideOptions): void {
  const { environment, name, members } = target;
  needConductors(target, "override");
  if ((options.member === undefined) === !options.end)
    throw new Error("an override begins with a member, or ends → give --member <member>, or --end");
  if (options.member !== undefined && !members.includes(options.member))
    throw new Error(`--member ${options.member} is no member of sequencer ${name} → use ${members.join(" or ")}`);
  checkReason(options);
  checkConfirmable(environment, options);
}

/** @returns whether it was done; false if the user declined */
export function override(kubectl: Kubectl, target: Target, options: OverrideOptions): Promise<boolean> {
  return withConductors(kubectl, target, "override", asked =>
    options.member === undefined
      ? end(kubectl, target, asked, options)
      : beginOverride(kubectl, target, asked, options.member, options),
  );
}

const headOf = async (conductor: Conductor) => (await conductor.sync()).unsafe_l2;

async function beginOverride(
  kubectl: Kubectl,
  target: Target,
  asked: readonly Asked[],
  member: string,
  options: OverrideOptions,
): Promise<boolean> {
  const { conductor, head, silent } = await checkBegin(target, asked, member);
  const request = {
    event: "OverrideRequested",
    action: `have ${member} make blocks without the raft of ${target.name}, from block ${head.number + 1} on`,
    effects: [
      "LAST RESORT: nothing but you keeps a second member from making other blocks of the same heights",
      ...(silent.length > 0
        ? [`${silent.join(", ")} cannot be asked: MAKE SURE THAT THEY ARE OFF, or both sides make blocks`]
        : []),
      `blocks that no member but the lost ones had are made again: ${member} has ${head.number} of them`,
      "its blocks are stored by no quorum: with its volume they are lost",
      `it lasts until sequencer override ${target.environment.name} --end, or until its pod restarts`,
    ],
    uid: await uidOf(kubectl, target, "override"),
    allowedBy: allowedBy(target, "override"),
    recheck: async () => {
      const now = await withConductors(kubectl, target, "override", again => checkBegin(target, again, member));
      const more = now.silent.filter(each => !silent.includes(each));
      if (more.length > 0) throw new Error(`${more.join(", ")} cannot be asked any more → start again`);
    },
  };
  if ((await begin(kubectl, target, request, options)) === undefined) return false;
  const made = await overrideAndStart(kubectl, conductor).catch(error => {
    const { name } = target.environment;
    say(`${member} may be overridden by now, and paused → sequencer override ${name} --end restarts it`);
    throw error;
  });
  done(
    options,
    `${member} makes blocks without the raft: ${made}`,
    outcome([{ member, state: await conductor.state() }]),
  );
  return true;
}

/** @returns the first block that it has made */
async function overrideAndStart(kubectl: Kubectl, conductor: Conductor): Promise<number> {
  const { member } = conductor;
  // Its op-conductor would stop what it did not start, so pause it before.
  await conductor.call("conductor_pause");
  await conductor.call("conductor_overrideLeader", true);
  await conductor.call("admin_overrideLeader");
  const state = await conductor.state();
  if (!state?.paused || !state.overridden)
    throw new Error(`${member} is not paused and overridden after it was told to → look at kubectl logs ${member}`);
  const from = await headOf(conductor);
  await startSequencer(conductor, from.hash);
  const made = await until(
    kubectl,
    BLOCK_SECONDS,
    async () => {
      const { number } = await headOf(conductor);
      return number > from.number ? number : undefined;
    },
    POLL_MS,
  );
  if (made) return made;
  throw new Error(
    `${member} has made no block after ${BLOCK_SECONDS} s → look at kubectl logs ${member} --container node`,
  );
}

/** Has an op-node make blocks on this one; one that does so already goes on. */
export async function startSequencer(conductor: Conductor, hash: string): Promise<void> {
  await conductor.call("admin_startSequencer", hash).catch((error: Error) => {
    if (!error.message.includes("already running")) throw error;
  });
}

/** Undefined where its op-node does not say. */
const numberOf = (conductor: Conductor) =>
  headOf(conductor).then(
    ({ number }) => number,
    () => undefined,
  );

async function checkBegin({ environment }: Target, asked: readonly Asked[], member: string) {
  const status = `sequencer status ${environment.name}`;
  const leader = leaderOf(asked);
  if (leader)
    throw new Error(
      `${leader.member} leads the raft, which needs no override → look at ${status}, and resume if it is paused`,
    );
  const other = asked.find(({ state, ...each }) => state?.overridden && each.member !== member);
  if (other) throw new Error(`${other.member} is overridden already, and two would make blocks → end that first`);
  const { conductor, problem } = asked.find(each => each.member === member) ?? {};
  if (!conductor || problem) throw new Error(`${member} ${problem ?? "has no op-conductor"} → choose one that answers`);
  const head = await headOf(conductor);
  const silent: string[] = [];
  for (const each of asked) {
    if (each.member === member) continue;
    const number = each.state && each.conductor && (await numberOf(each.conductor));
    if (number === undefined) silent.push(each.member);
    else if (number > head.number)
      throw new Error(`${each.member} has block ${number}, and ${member} only ${head.number} → choose ${each.member}`);
  }
  return { conductor, head, silent };
}

/**
 * Gives the chain back to the raft. op-node forgets an override only when it restarts, so the pod is deleted. By then
 * the raft's newest block is older than the chain, and the raft's leader would never start. So this tells the leader to
 * go on from its own head. Its next block brings the raft up to date.
 */
async function end(
  kubectl: Kubectl,
  target: Target,
  asked: readonly Asked[],
  options: OverrideOptions,
): Promise<boolean> {
  const overridden = asked.find(({ state }) => state?.overridden);
  const knows = asked.find(({ state }) => state?.leader)?.state?.leader;
  if (!knows)
    throw new Error(
      "no member knows a leader of the raft: a quorum is needed first " +
        `→ look at sequencer members ${target.environment.name}`,
    );
  const role = allowedBy(target, "override");
  const request = {
    event: "OverrideEndRequested",
    action: overridden
      ? `end the override of ${overridden.member}, and delete its pod`
      : `have the leader of ${target.name} go on from its newest block`,
    effects: ["no blocks until the leader of the raft goes on: some seconds"],
    uid: await uidOf(kubectl, target, "override"),
    allowedBy: role,
  };
  if ((await begin(kubectl, target, request, options)) === undefined) return false;
  if (overridden) await stop(kubectl, target, overridden, role);
  // The pod that restarts has to be reached again, so its connections are opened again from time to time.
  const leads = await until(
    kubectl,
    LEAD_SECONDS,
    () =>
      withConductors(kubectl, target, "override", opened =>
        until(kubectl, OPEN_SECONDS, async () => goesOn(await again(opened)), POLL_MS),
      ),
    POLL_MS,
  );
  if (!leads)
    throw new Error(
      `no leader makes blocks after ${LEAD_SECONDS} s → look at sequencer members, and repeat the command`,
    );
  done(options, `${leads} leads and makes blocks again`, { leader: leads });
  return true;
}

async function stop(kubectl: Kubectl, target: Target, { member, conductor }: Asked, role: string): Promise<void> {
  const uid = await podUid(kubectl, target.namespace, member, role);
  await conductor?.call("admin_stopSequencer").catch((error: Error) => {
    if (!error.message.includes("not running")) throw error;
  });
  await deletePod(kubectl, target.namespace, member, uid, role);
  say(`${member} makes no more blocks, and restarts`);
}

/** The leader, once it makes blocks; one that waits for a block that the raft does not have is started. */
async function goesOn(asked: readonly Asked[]): Promise<string | undefined> {
  const leader = leaderOf(asked);
  if (!leader || asked.some(({ state }) => state?.overridden)) return undefined;
  const { conductor, member } = leader;
  try {
    if (await conductor.ask(z.boolean(), "admin_sequencerActive")) return member;
    const heads = asked.map(each => (each.state && each.conductor ? headOf(each.conductor) : { number: 0 }));
    const head = await headOf(conductor);
    // What it lacks the others bring it.
    if (head.number < Math.max(...(await Promise.all(heads)).map(({ number }) => number))) return undefined;
    say(`${member} goes on from block ${head.number}`);
    await startSequencer(conductor, head.hash);
  } catch (error) {
    say(`${(error as Error).message}; trying again`);
  }
  return undefined;
}
