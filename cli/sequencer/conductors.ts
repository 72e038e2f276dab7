import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { Conductor, type ConductorState } from "./conductor";
import { until } from "./request";
import { type Allowed, allowedBy, deployFirst, type Target } from "./target";

const ELECTION_SECONDS = 5;
const POLL_MS = 200;

/** A member's op-conductor, open for calls, or why it is not. */
export interface Asked {
  readonly member: string;
  readonly conductor?: Conductor;
  readonly state?: ConductorState;
  /** As the words after the member's name. */
  readonly problem?: string;
}

/** Refuses a sequencer without op-conductors. Instead of a repair there is the runbook of its kind. */
export function needConductors({ name, engine }: Target, command: string, instead?: string): void {
  if (engine.conductor) return;
  const [runbook] = engine.monitoring.down.runbook.split("#");
  const remedy = instead ?? `see docs/runbooks/${runbook}.md`;
  throw new Error(`sequencer ${name} is a ${engine.noun}, and ${command} is for op-conductors → ${remedy}`);
}

type Act<T> = (asked: readonly Asked[]) => Promise<T>;

/** Asks the op-conductors of all members that the values or the raft name, and closes them after the action. */
export function withConductors<T>(kubectl: Kubectl, target: Target, command: Allowed, act: Act<T>): Promise<T> {
  return withMembers(kubectl, target, target.members, command, named => {
    const ids = new Set(named.flatMap(({ state }) => state?.servers ?? []).map(({ id }) => id));
    const strangers = [...ids].filter(id => !target.members.includes(id));
    return withMembers(kubectl, target, strangers, command, async others =>
      act(await settled(kubectl, [...named, ...others])),
    );
  });
}

/** Asks the op-conductors of these members at the same time, and closes them after the action. */
export async function withMembers<T>(
  kubectl: Kubectl,
  target: Target,
  members: readonly string[],
  command: Allowed,
  act: Act<T>,
): Promise<T> {
  const asked = await Promise.all(members.map(member => ask(kubectl, target, member, command)));
  try {
    return await act(asked);
  } finally {
    for (const { conductor } of asked) conductor?.close();
  }
}

/** An election takes a second or two: where nobody leads, asks again for a while. */
async function settled(kubectl: Kubectl, asked: readonly Asked[]): Promise<readonly Asked[]> {
  const answers = asked.filter(({ state }) => state).length;
  if (leaderOf(asked) || 2 * answers <= asked.length) return asked;
  const now = await until(
    kubectl,
    ELECTION_SECONDS,
    async () => {
      const said = await again(asked);
      return leaderOf(said) && said;
    },
    POLL_MS,
  );
  return now ?? again(asked);
}

/** What they say by now. */
export function again(asked: readonly Asked[]): Promise<Asked[]> {
  return Promise.all(asked.map(async each => ({ ...each, state: await each.conductor?.state() })));
}

async function ask(kubectl: Kubectl, target: Target, member: string, command: Allowed): Promise<Asked> {
  try {
    const conductor = await Conductor.open(kubectl, target, member, command);
    const state = await conductor.state();
    return { member, conductor, ...(state ? { state } : { problem: "has an op-conductor that does not answer" }) };
  } catch (error) {
    if (!(error instanceof KubectlError) || error.failure !== "pod") throw error;
    return { member, problem: error.message };
  }
}

/** The StatefulSet's uid, for Events. */
export async function uidOf(kubectl: Kubectl, target: Target, command: Allowed): Promise<string> {
  const options = { allowedBy: allowedBy(target, command), ifMissing: deployFirst(target) };
  const [found] = await kubectl.objects(target.namespace, [`statefulset/${target.name}`], options);
  if (found) return found.metadata.uid;
  throw new Error(
    `namespace ${target.namespace} of ${kubectl.cluster} has no StatefulSet ${target.name} → ${deployFirst(target)}`,
  );
}

/** Waits until a member other than this one leads. */
export function anotherLeads(kubectl: Kubectl, asked: readonly Asked[], member: string, seconds: number) {
  return until(
    kubectl,
    seconds,
    async () => {
      const leader = leaderOf(await again(asked));
      return leader && leader.member !== member ? leader : undefined;
    },
    POLL_MS,
  );
}

/** The one that leads the raft: an overridden one says so without. */
export function leaderOf(asked: readonly Asked[]): Required<Omit<Asked, "problem">> | undefined {
  const leading = asked.filter(({ state }) => state?.leads && !state.overridden);
  const [leader] = leading;
  if (leading.length !== 1 || !leader?.conductor || !leader.state) return undefined;
  return { member: leader.member, conductor: leader.conductor, state: leader.state };
}
