import type { Kubectl } from "../kubernetes/kubectl";
import { type Asked, anotherLeads, leaderOf, uidOf, withConductors } from "./conductors";
import type { HandoffOptions } from "./handoff";
import { begin, say } from "./request";
import { allowedBy, type Target } from "./target";

/** A transfer takes a second, and a new leader that cannot start gives way: after this time something is wrong. */
const LEAD_SECONDS = 60;

/**
 * Has the leader's op-conductor transfer leadership. No pod ends.
 *
 * @returns whether it was done; false if the user declined
 */
export function handoffConductors(kubectl: Kubectl, target: Target, options: HandoffOptions): Promise<boolean> {
  return withConductors(kubectl, target, "handoff", async asked => {
    const { leader, to } = heirOf(target, asked, options.to);
    const request = {
      event: "HandoffRequested",
      action: `hand leadership of ${target.name} over from ${leader.member} to ${to.id}`,
      effects: [`op-node of ${leader.member} stops, and that of ${to.id} goes on: about a second without a block`],
      uid: await uidOf(kubectl, target, "handoff"),
      allowedBy: allowedBy(target, "handoff"),
    };
    if ((await begin(kubectl, target, request, options)) === undefined) return false;
    const started = performance.now();
    await leader.conductor.call("conductor_transferLeaderToServer", to.id, to.addr);
    say(`${leader.member} is asked to hand over`);
    const next = await anotherLeads(kubectl, asked, leader.member, LEAD_SECONDS);
    const status = `look at sequencer status ${target.environment.name}`;
    if (!next) throw new Error(`no other member leads after ${LEAD_SECONDS} s → ${status}`);
    console.log(`${next.member} leads after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return true;
  });
}

/** Who leads, and a healthy voter that is to lead. */
function heirOf({ environment: { name }, members }: Target, asked: readonly Asked[], chosen: string | undefined) {
  const unfit = asked.find(({ state }) => state?.overridden || state?.paused);
  if (unfit)
    throw new Error(
      unfit.state?.overridden
        ? `${unfit.member} is overridden → end that first: sequencer override ${name} --end`
        : `${unfit.member} is paused, and starts no op-node → sequencer resume ${name} first`,
    );
  const leader = leaderOf(asked);
  if (!leader) throw new Error(`no member leads, so none can hand over → look at sequencer status ${name}`);
  if (chosen === leader.member)
    throw new Error(`--to ${chosen} leads already → leave --to out to hand over to another member`);
  const at = members.indexOf(leader.member);
  const others = [...members.slice(at + 1), ...members.slice(0, at)];
  const fit = others.flatMap(member => {
    const voter = leader.state.servers.find(({ id, suffrage }) => id === member && suffrage === 0);
    return voter && asked.find(each => each.member === member)?.state?.healthy ? [voter] : [];
  });
  const to = fit.find(({ id }) => chosen === undefined || id === chosen);
  if (to) return { leader, to };
  throw new Error(
    `${chosen ?? others.join(", ")} ${chosen ? "is" : "are"} no healthy voter of the raft, and could not make blocks ` +
      `→ look at sequencer members ${name}`,
  );
}
