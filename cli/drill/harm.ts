import { HANDOFF_TO } from "../../constructs/sequencer/lease/protocol";
import type { Kubectl } from "../kubernetes/kubectl";
import { deletePod, podUid } from "../kubernetes/pods";
import { withMembers } from "../sequencer/conductors";
import { annotateLease, until } from "../sequencer/request";
import { isReady } from "../sequencer/status";
import type { Target } from "../sequencer/target";

export type DrillKind = "kill" | "kill-conductor" | "kill-execution" | "hang" | "handoff" | "partition" | "rolling";

/** What a drill needs to harm the leader, or to restart every member. */
export interface Victim {
  readonly kubectl: Kubectl;
  readonly target: Target;
  readonly leader: string;
  readonly allowedBy: string;
}

export interface Harm {
  /** What a round does, for the help and the report. */
  readonly text: string;
  /** What to expect. */
  readonly effect: string;
  /** The leader comes back with a lower height: an execution client that is killed lacks its newest blocks. */
  readonly rewinds?: true;
  /** Resolves when it is done. What it returns undoes it. */
  readonly act: (victim: Victim) => Promise<(() => Promise<void>) | undefined>;
}

/** What is frozen and nobody thaws, thaws by itself after this time. */
const FROZEN_SECONDS = 120;
/** Time for a pod to end within its grace period, to start, to catch up, and to count as available. */
const READY_SECONDS = 300;

/** The node is a child of process 1; SIGKILL from inside a container does not reach process 1 itself. */
const PROGRAMS = `
programs=
for child in $(cat /proc/1/task/1/children); do
  case $(cat "/proc/$child/comm") in sh | sleep | start-* | follow-lease* | keep-members*) continue ;; esac
  programs="$programs $child"
done
[ -n "$programs" ] || { echo "process 1 has no program as its child" >&2; exit 1; }`;
const KILL = `${PROGRAMS}
kill -9 $programs`;

const PROXIES = `
proxies=
for process in /proc/[0-9]*; do
  [ "$(cat "$process/comm" 2>/dev/null)" != haproxy ] || proxies="$proxies \${process#/proc/}"
done
[ -n "$proxies" ] || { echo "no proxy runs in the mesh" >&2; exit 1; }`;
const freeze = (found: string, processes: string) => `${found}
(sleep ${FROZEN_SECONDS}; kill -CONT ${processes}) </dev/null >/dev/null 2>&1 &
echo $! >/tmp/thaw
kill -STOP ${processes}`;
const thaw = (found: string, processes: string) => `${found}
kill "$(cat /tmp/thaw)" || : # it would thaw what a later round freezes
kill -CONT ${processes}`;

export const HARMS: Readonly<Record<DrillKind, Harm>> = {
  kill: {
    text: "kill the leader's node (SIGKILL)",
    effect: "it starts again as a follower; blocks that nobody else had are lost",
    act: kill("node"),
  },
  "kill-conductor": {
    text: "kill the leader's op-conductor (SIGKILL)",
    effect: "another member leads, or it again: op-conductor starts again at once",
    act: kill("conductor"),
  },
  "kill-execution": {
    text: "kill the leader's execution client (SIGKILL)",
    effect: "another member leads; it starts again without its newest blocks, and gets them from the others",
    rewinds: true,
    act: kill("execution"),
  },
  hang: {
    text: "freeze the leader's op-node (SIGSTOP), so that it answers nobody",
    effect: `another member leads; it is thawed after the measurement, or by itself after ${FROZEN_SECONDS} s`,
    act: frozen("node", PROGRAMS, "$programs"),
  },
  handoff: {
    text: "have the leader hand over",
    effect: "in a raft its pod is deleted and starts again; a Lease passes on; op-conductor transfers leadership",
    async act({ kubectl, target, leader, allowedBy }) {
      const { engine, members, namespace } = target;
      if (engine.handoff === "lease") {
        const to = members.find(member => member !== leader) as string;
        await annotateLease(kubectl, target, { [HANDOFF_TO]: to }, allowedBy);
      } else if (engine.handoff === "transfer") {
        await withMembers(kubectl, target, [leader], "drill", async ([asked]) => {
          if (!asked?.conductor)
            throw new Error(`${leader} ${asked?.problem} → look at kubectl describe pod ${leader}`);
          await asked.conductor.call("conductor_transferLeader");
        });
      } else {
        const uid = await podUid(kubectl, namespace, leader, allowedBy);
        await deletePod(kubectl, namespace, leader, uid, allowedBy);
      }
      return undefined;
    },
  },
  partition: {
    text: "freeze the leader's mesh, so that it reaches no other member and no DA",
    effect: `it is thawed after the measurement, or by itself after ${FROZEN_SECONDS} s`,
    act: frozen("mesh", PROXIES, "$proxies"),
  },
  rolling: {
    text: "restart every member, one after the other",
    effect: "each pod is deleted once the one before is available again, as in a rollout",
    async act({ kubectl, target, allowedBy }) {
      for (const member of target.members.toReversed()) {
        const uid = await podUid(kubectl, target.namespace, member, allowedBy);
        await deletePod(kubectl, target.namespace, member, uid, allowedBy);
        const back = await until(
          kubectl,
          READY_SECONDS,
          () => availableAgain(kubectl, target, member, uid, allowedBy),
          1000,
        );
        if (!back)
          throw new Error(`${member} is not available again after ${READY_SECONDS} s → kubectl describe pod ${member}`);
      }
      return undefined;
    },
  },
};

function kill(container: string): Harm["act"] {
  return async ({ leader, ...victim }) => {
    await shell(victim, leader, container, KILL);
    return undefined;
  };
}

function frozen(container: string, find: string, processes: string): Harm["act"] {
  return async ({ leader, ...victim }) => {
    await shell(victim, leader, container, freeze(find, processes));
    return () => shell({ ...victim, kubectl: victim.kubectl.forCleanup() }, leader, container, thaw(find, processes));
  };
}

async function shell(
  { kubectl, target, allowedBy }: Omit<Victim, "leader">,
  pod: string,
  container: string,
  script: string,
): Promise<void> {
  const args = ["exec", "--namespace", target.namespace, pod, "--container", container, "--", "sh", "-c", script];
  await kubectl.run(args, { allowedBy });
}

/** Whether a new pod has been ready for as long as a rollout waits for it. */
async function availableAgain(kubectl: Kubectl, target: Target, name: string, before: string, allowedBy: string) {
  const objects = await kubectl.objects(target.namespace, [`pod/${name}`, `statefulset/${target.name}`], { allowedBy });
  const find = (kind: string) => objects.find(object => object.kind === kind);
  const [pod, set] = [find("Pod"), find("StatefulSet")];
  const back = pod && pod.metadata.uid !== before && isReady(pod);
  return (back && set?.status?.availableReplicas === target.members.length) || undefined;
}
