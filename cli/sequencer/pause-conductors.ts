import type { Kubectl } from "../kubernetes/kubectl";
import { type Asked, again, uidOf, withConductors } from "./conductors";
import { type ActionOptions, begin, done } from "./request";
import { allowedBy, type Target } from "./target";

/**
 * Has every op-conductor leave its op-node alone, or care for it again. A member that cannot be asked stays as it is,
 * and fails the command.
 *
 * @returns whether it was done; false if the user declined
 */
export function pauseConductors(
  kubectl: Kubectl,
  target: Target,
  command: "pause" | "resume",
  options: ActionOptions,
): Promise<boolean> {
  const pausing = command === "pause";
  return withConductors(kubectl, target, "pause", async asked => {
    const silent = asked.filter(({ state }) => !state);
    // A member that is not paused could take leadership, and start beside those that are.
    if (silent.length > 0) {
      const why = silent.map(({ member, problem }) => `${member} ${problem}`).join("; ");
      throw new Error(`${why} → repair it first: all op-conductors ${command} together`);
    }
    const open = asked.filter(({ state }) => state?.paused !== pausing);
    if (open.length === 0) {
      done(options, `every op-conductor is ${pausing ? "paused already" : "at work"}`, outcome(asked));
      return true;
    }
    const request = {
      event: pausing ? "PauseRequested" : "ResumeRequested",
      action: `${command} the op-conductors of ${open.map(({ member }) => member).join(", ")}`,
      effects: pausing
        ? [
            "op-nodes go on as they are: the leader makes blocks, and NOBODY TAKES OVER when it is lost",
            `it lasts until sequencer resume ${target.environment.name}, and ends for one that restarts`,
          ]
        : ["op-conductors start and stop their op-nodes again: that of the leader makes blocks, no other does"],
      uid: await uidOf(kubectl, target, "pause"),
      allowedBy: allowedBy(target, "pause"),
    };
    if ((await begin(kubectl, target, request, options)) === undefined) return false;
    // The leader last, so that no other is at work when it stops, and first to work again.
    const leads = ({ state }: Asked) => Number(state?.leads ?? false);
    for (const { conductor } of open.sort((a, b) => (pausing ? leads(a) - leads(b) : leads(b) - leads(a))))
      await conductor?.call(`conductor_${command}`);
    const now = await again(asked);
    const failed = now.filter(({ state }) => state?.paused !== pausing).map(({ member }) => member);
    if (failed.length > 0) throw new Error(`${failed.join(", ")} did not ${command} → repeat the command`);
    done(options, `${command}d: ${open.map(({ member }) => member).join(", ")}`, outcome(now));
    return true;
  });
}

/** How they are, for JSON. */
export function outcome(asked: readonly Asked[]): object {
  return {
    members: asked.map(({ member: name, state }) => ({
      name,
      leads: state?.leads,
      paused: state?.paused,
      overridden: state?.overridden,
    })),
  };
}
