import type { SequencerEnvironment } from "../../stacks/sequencer/props";
import type { Environment } from "../../values/load/environment";
import { unlessUnknown, withKubectl } from "../kubernetes/kubectl";
import { isReady } from "../sequencer/status";
import { allowedBy, type Target, targetFor } from "../sequencer/target";

/**
 * Refuses a deploy that could restart a member while another is down. A StatefulSet begins with the highest member and
 * does not check those below, so it would stop a second one. If the cluster cannot be asked, a line on stderr says so,
 * and Terraform goes on.
 *
 * @throws Error that names the members, and Interrupted after Ctrl-C
 */
export async function checkRollout(environment: Environment<SequencerEnvironment>): Promise<void> {
  const target = targetFor(environment);
  if (!target.engine.leaderCheck) return;
  const down =
    (await unlessUnknown(`whether all members of sequencer ${target.name} are ready`, membersDown(target))) ?? [];
  // If none is ready there is nothing to lose: a first deploy without its Secrets, or an outage that this deploy ends.
  if (down.length === 0 || down.length === target.members.length) return;
  throw new Error(
    `${down.join(" and ")} of sequencer ${target.name} not ready: a rollout would take another member besides → ` +
      `bring it back first (rollup-network sequencer status ${environment.name}), ` +
      "or add --degraded where this deploy is what brings it back",
  );
}

function membersDown(target: Target): Promise<string[]> {
  const { environment, namespace, name, members } = target;
  return withKubectl(environment.values.cluster, async kubectl => {
    const names = [`statefulset/${name}`, ...members.map(member => `pod/${member}`)];
    const objects = await kubectl.objects(namespace, names, { allowedBy: allowedBy(target, "status") });
    if (!objects.some(({ kind }) => kind === "StatefulSet")) return [];
    const ready = (member: string) =>
      objects.some(({ kind, ...pod }) => kind === "Pod" && pod.metadata.name === member && isReady(pod));
    return members.filter(member => !ready(member));
  });
}
