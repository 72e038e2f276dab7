import type { Kubectl } from "../../kubernetes/kubectl";
import type { Asked } from "../conductors";
import { say, until } from "../request";
import { allowedBy, type Target } from "../target";
import { progress, raftOf, run, withNamed } from "./members";

/** The grace period of a pod, twice. */
const END_SECONDS = 120;
/** Volumes to attach, programs to start, and peers and L1 to find. */
const ANSWER_SECONDS = 600;
const POLL_MS = 1000;

/** Has every member that answers found the raft again, and stops all. The caller starts them. */
export async function stopToFound(kubectl: Kubectl, target: Target, absent: readonly string[]): Promise<void> {
  const { path, again } = raftOf(target);
  const told = target.members.filter(member => !absent.includes(member));
  try {
    for (const member of told) await run(kubectl, target, member, "touch", `${path}/${again}`);
    say("all members end");
    await scale(kubectl, target, 0);
  } catch (error) {
    // One that starts later by itself is not to put its raft away.
    const cleanup = kubectl.forCleanup();
    for (const member of told) await run(cleanup, target, member, "rm", "-f", `${path}/${again}`).catch(() => {});
    await startAfter(kubectl, target);
    throw error;
  }
  try {
    await ended(kubectl, target);
  } catch (error) {
    await startAfter(kubectl, target);
    throw error;
  }
}

/** Starts all members after a failure, or Ctrl-C. */
async function startAfter(kubectl: Kubectl, target: Target): Promise<void> {
  await scale(kubectl.forCleanup(), target, target.members.length).catch((error: Error) =>
    say(`the members may be stopped → repeat the command: ${error.message}`),
  );
}

/** Starts all members, and waits until all but these answer. Who does not in time is looked at by the caller. */
export async function start(kubectl: Kubectl, target: Target, absent: readonly string[]): Promise<void> {
  say("all members start");
  await scale(kubectl, target, target.members.length);
  const tell = progress();
  const silent = async (asked: readonly Asked[]) => {
    const wanted = asked.filter(({ member }) => !absent.includes(member));
    const answer = await Promise.all(wanted.map(answers));
    return wanted.filter((_, i) => !answer[i]).map(({ member }) => member);
  };
  await until(
    kubectl,
    ANSWER_SECONDS,
    async () => {
      const missing = await withNamed(kubectl, target, silent);
      if (missing.length === 0) return true;
      tell(`waiting for op-conductor and op-node of ${missing.join(", ")}`);
      return undefined;
    },
    POLL_MS,
  );
}

async function answers({ state, conductor }: Asked): Promise<boolean> {
  return state !== undefined && conductor !== undefined && (await conductor.sync().then(Boolean, () => false));
}

async function ended(kubectl: Kubectl, target: Target): Promise<void> {
  const pods = target.members.map(member => `pod/${member}`);
  const role = allowedBy(target, "found");
  const gone = await until(
    kubectl,
    END_SECONDS,
    async () => (await kubectl.objects(target.namespace, pods, { allowedBy: role })).length === 0 || undefined,
    POLL_MS,
  );
  if (!gone)
    throw new Error(`members have not ended after ${END_SECONDS} s → look at kubectl get pods, and repeat the command`);
}

async function scale(kubectl: Kubectl, target: Target, replicas: number): Promise<void> {
  const { namespace, name } = target;
  await kubectl.run(["scale", "--namespace", namespace, `statefulset/${name}`, `--replicas=${replicas}`], {
    allowedBy: allowedBy(target, "found"),
  });
}
