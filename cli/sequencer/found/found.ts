import { checkConfirmable } from "../../confirm";
import type { Kubectl } from "../../kubernetes/kubectl";
import { CommandLock } from "../../lock";
import { needConductors, uidOf } from "../conductors";
import { type ActionOptions, begin, checkReason, done } from "../request";
import { allowedBy, hasBlocks, type Target } from "../target";
import { goOn } from "./go-on";
import { type Found, look, type Seen } from "./look";
import { start, stopToFound } from "./restart";

/** Checks the request itself, before the cluster is asked anything. */
export function checkFound(target: Target, options: ActionOptions): void {
  needConductors(target, "found");
  checkReason(options);
  checkConfirmable(target.environment, options);
}

/**
 * Founds the raft of op-conductors again, on the newest block of the members. Each step looks first, so a second call
 * goes on where the first one ended.
 *
 * @returns whether it was done; false if the user declined
 */
export async function found(kubectl: Kubectl, target: Target, options: ActionOptions): Promise<boolean> {
  const uid = await uidOf(kubectl, target, "found");
  let seen = await lookIdle(kubectl, target);
  const request = {
    event: "FoundingRequested",
    action: `found the raft of ${target.name} again, on the newest block of its members`,
    effects: effectsOf(target, seen),
    uid,
    allowedBy: allowedBy(target, "found"),
    recheck: async () => {
      seen = await lookIdle(kubectl, target);
    },
  };
  const who = await begin(kubectl, target, request, options);
  if (who === undefined) return false;
  const lock = await CommandLock.take(kubectl, target, "found", who);
  try {
    return await steps(kubectl, target, seen, options);
  } finally {
    await lock.release();
  }
}

type Idle = Exclude<Seen, { phase: "at work" }>;
type Head = Found["highest"];

async function lookIdle(kubectl: Kubectl, target: Target): Promise<Idle> {
  const seen = await look(kubectl, target);
  if (seen.phase !== "at work") return seen;
  const { name } = target.environment;
  const instead = seen.paused
    ? `op-conductors are paused: sequencer resume ${name}`
    : `look at sequencer status ${name}`;
  throw new Error(`${seen.leader} leads and makes blocks, so its raft is not lost → ${instead}`);
}

async function steps(kubectl: Kubectl, target: Target, first: Seen, options: ActionOptions): Promise<boolean> {
  let before: Head | undefined;
  let started = false;
  for (let seen = first; ; seen = await look(kubectl, target)) {
    switch (seen.phase) {
      case "at work":
        done(options, `${seen.leader} leads and makes blocks: the raft was not lost`, { leader: seen.leader });
        return true;
      case "stopped":
        if (started)
          throw new Error(`${target.name} is at 0 replicas again → what scales it? End that, and repeat the command`);
        started = true;
        await start(kubectl, target, []);
        break;
      case "lost":
        if (before) throw new Error("members started and did not found the raft → look at their logs, of conductor");
        before = seen.highest;
        await stopToFound(kubectl, target, seen.absent);
        await start(kubectl, target, seen.absent);
        break;
      case "founded": {
        checkNothingLost(seen.highest, before);
        const { leader, from } = await goOn(kubectl, target);
        const block = { number: from.number, hash: from.hash };
        done(options, `${leader} leads and makes blocks again, on block ${from.number}`, { leader, block });
        return true;
      }
    }
  }
}

/** An execution client that was killed when it ended too slowly comes back without its newest blocks. */
function checkNothingLost(now: Head, before?: Head): void {
  if (!before || now.number >= before.number) return;
  throw new Error(
    `${before.member} had block ${before.number} before it ended, and the newest one is ${now.number} now ` +
      `→ look at its execution client; a second call goes on from ${now.number}, and makes the others again`,
  );
}

function effectsOf(target: Target, seen: Idle): string[] {
  if (seen.phase === "stopped")
    return [
      "its members are stopped, and start first",
      hasBlocks(target)
        ? "a member with an empty execution volume reads L1 from the first block"
        : "MAKE SURE that every execution volume has the chain: " +
          "a majority of empty members makes its first blocks again",
    ];
  const { highest, absent, strangers } = seen;
  return [
    ...(seen.phase === "lost"
      ? [
          "all members end, and start again: NO BLOCKS until then, for a minute or more",
          `${target.name} keeps the old raft of each member in a folder .old; a block that is only there is lost`,
        ]
      : ["it is founded already: members are told where the chain goes on"]),
    `blocks go on from ${highest.number}, ${highest.hash}, which ${highest.member} has`,
    ...absent.map(member => `${member} has no volume: blocks that it alone had are lost`),
    ...strangers.map(id => `${id} is no longer in the raft: delete its claim data-${id} before you deploy it again`),
  ];
}
