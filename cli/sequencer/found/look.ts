import { z } from "zod";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Conductor } from "../conductor";
import { type Asked, again, leaderOf } from "../conductors";
import { say, until } from "../request";
import { allowedBy, deployFirst, hasBlocks, type Target } from "../target";
import { allStates, type Head, headsOf, patiently, raftOf, run, withNamed } from "./members";

/** Without a block for so long, no leader is about to make one: elections and starts take less. */
const STANDS_SECONDS = 15;
const POLL_MS = 500;

/** What is to be done with a raft. */
export type Seen =
  /** Start the members. */
  | { readonly phase: "stopped" }
  /** Nothing: it makes blocks. */
  | { readonly phase: "at work"; readonly leader: string; readonly paused: boolean }
  /** Found it again. */
  | ({ readonly phase: "lost" } & Found)
  /** It was founded again, and waits for the block on which it goes on. */
  | ({ readonly phase: "founded" } & Found);

export interface Found {
  readonly highest: Pick<Head, "member" | "number" | "hash">;
  /** Members without a volume, which cannot bring an old raft back. */
  readonly absent: readonly string[];
  /** Members of the raft that the values do not name. */
  readonly strangers: readonly string[];
}

/** Members that may have the old raft cannot be asked. */
class Silent extends Error {}

/** @throws where founding the raft could harm the chain */
export function look(kubectl: Kubectl, target: Target): Promise<Seen> {
  // A pod that has just started, on a busy node, may be late: it is asked once more before its volume is in doubt.
  return lookOnce(kubectl, target).catch(error => {
    if (!(error instanceof Silent)) throw error;
    say(`${error.message.split(" → ")[0]}; asking once more`);
    return lookOnce(kubectl, target);
  });
}

async function lookOnce(kubectl: Kubectl, target: Target): Promise<Seen> {
  const { namespace, name, members } = target;
  const options = { allowedBy: allowedBy(target, "found"), ifMissing: deployFirst(target) };
  const [set] = await kubectl.objects(namespace, [`statefulset/${name}`], options);
  const replicas = set?.spec?.replicas;
  if (replicas === 0) return { phase: "stopped" };
  if (replicas !== members.length)
    throw new Error(
      `StatefulSet ${name} has ${replicas ?? "no number of"} replicas, and the values name ${members.length} members ` +
        "→ deploy first",
    );
  return withNamed(kubectl, target, async opened => {
    const asked = await allStates(kubectl, opened);
    const absent = await checkMissing(kubectl, target, asked);
    const overridden = asked.find(({ state }) => state?.overridden);
    if (overridden)
      throw new Error(
        `${overridden.member} is overridden, and makes blocks without the raft ` +
          `→ end that first: sequencer override ${target.environment.name} --end`,
      );
    const [{ member, number, hash }] = await patiently(kubectl, () => headsOf(asked));
    if (number === 0)
      throw new Error(
        hasBlocks(target)
          ? "no member has a block, and the values say that the chain has some " +
              "→ restore the execution volumes, or wait for blocks from L1; a new chain has no founding: command"
          : "no member has a block, and members of a chain without blocks found themselves " +
              "→ see their logs; where the chain has blocks, restore the execution volumes first",
      );
    const founded = await wasFounded(kubectl, target, asked);
    const leader = founded ? undefined : await leaderAtWork(kubectl, asked);
    if (leader) return { phase: "at work", leader, paused: asked.some(({ state }) => state?.paused) };
    const servers = asked.flatMap(({ state }) => state?.servers ?? []).map(({ id }) => id);
    return {
      phase: founded ? "founded" : "lost",
      highest: { member, number, hash },
      absent,
      strangers: [...new Set(servers)].filter(id => !members.includes(id)),
    };
  });
}

/** Members that cannot be asked. One that comes back with its old raft would bring the old state back. */
async function checkMissing(kubectl: Kubectl, target: Target, asked: readonly Asked[]): Promise<string[]> {
  const silent = asked.filter(({ state }) => !state);
  if (silent.length === 0) return [];
  const claims = await kubectl.objects(
    target.namespace,
    silent.map(({ member }) => `persistentvolumeclaim/data-${member}`),
    { allowedBy: allowedBy(target, "found") },
  );
  for (const { member, problem } of silent) {
    const claim = claims.find(({ metadata }) => metadata.name === `data-${member}`);
    if (claim && claim.status?.phase !== "Pending")
      throw new Silent(
        `${member} ${problem}: its volume would bring the old raft back ` +
          `→ repair it; or delete its claim data-${member} and its pod, and blocks that it alone has`,
      );
  }
  if (2 * silent.length >= asked.length)
    throw new Silent(`${silent.length} of ${asked.length} members cannot be asked → bring a majority back first`);
  return silent.map(({ member }) => member);
}

/** Whether all that answer were founded again when they started, and nobody told them yet where to go on. */
async function wasFounded(kubectl: Kubectl, target: Target, asked: readonly Asked[]): Promise<boolean> {
  const { path, done } = raftOf(target);
  const answering = asked.filter(({ state }) => state);
  const lists = await Promise.all(answering.map(({ member }) => run(kubectl, target, member, "ls", path)));
  return lists.every(list => list.split(/\s+/).includes(done));
}

/** The leader, if it makes blocks. */
async function leaderAtWork(kubectl: Kubectl, asked: readonly Asked[]): Promise<string | undefined> {
  const before = new Map<string, number>();
  return until(
    kubectl,
    STANDS_SECONDS,
    async () => {
      const leader = leaderOf(await again(asked));
      const number = leader && (await madeBy(leader.conductor).catch(() => undefined));
      if (!leader || number === undefined) return undefined;
      const first = before.get(leader.member) ?? number;
      before.set(leader.member, first);
      return number > first ? leader.member : undefined;
    },
    POLL_MS,
  );
}

/** The newest block of one that makes them. */
async function madeBy(conductor: Conductor): Promise<number | undefined> {
  if (!(await conductor.ask(z.boolean(), "admin_sequencerActive"))) return undefined;
  return (await conductor.sync()).unsafe_l2.number;
}
