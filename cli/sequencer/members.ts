import { checkConfirmable } from "../confirm";
import type { Kubectl } from "../kubernetes/kubectl";
import { plainTable } from "../table";
import type { Server } from "./conductor";
import { type Asked, again, anotherLeads, leaderOf, needConductors, uidOf, withConductors } from "./conductors";
import { type ActionOptions, begin, checkReason, say, until } from "./request";
import { allowedBy, type Target } from "./target";

export interface MembersOptions extends ActionOptions {
  readonly remove?: string;
  readonly json?: boolean;
}

/** Raft's part takes less than a second: after this time something is wrong. */
const WAIT_SECONDS = 30;
const POLL_MS = 200;
const SUFFRAGE = ["voter", "non-voter"];

/** Checks the request itself, before the cluster is asked anything. */
export function checkMembers(target: Target, options: MembersOptions): void {
  needConductors(target, "members", "sequencer status shows its members, which nobody can add or remove");
  if (options.remove === undefined) return;
  if (!isMember(target, options.remove))
    throw new Error(`--remove ${options.remove} is no pod of ${target.name} → use a name such as ${target.members[0]}`);
  checkReason(options);
  checkConfirmable(target.environment, options);
}

/** Pods keep their names when the values name fewer members. */
const isMember = ({ name }: Target, member: string) => new RegExp(`^${name}-\\d+$`).test(member);

/** @returns whether every member votes, and nobody else is in the raft */
export function members(kubectl: Kubectl, target: Target, options: MembersOptions): Promise<boolean> {
  return withConductors(kubectl, target, "members", async asked => {
    const status = membersStatus(target, asked);
    console.log(options.json ? JSON.stringify(status, null, 2) : membersText(status));
    return status.problems.length === 0;
  });
}

interface MemberOfRaft {
  readonly name: string;
  readonly suffrage: string;
  readonly address?: string;
  readonly leads: boolean;
  readonly healthy?: boolean;
  readonly problem?: string;
}

function membersStatus(target: Target, asked: readonly Asked[]) {
  const leader = leaderOf(asked);
  const servers = leader?.state.servers ?? asked.find(({ state }) => state?.servers.length)?.state?.servers ?? [];
  const strangers = servers.filter(({ id }) => !target.members.includes(id)).map(({ id }) => id);
  const members = [...target.members, ...strangers].map((name): MemberOfRaft => {
    const server = servers.find(({ id }) => id === name);
    const { state, problem } = asked.find(({ member }) => member === name) ?? {};
    return {
      name,
      suffrage: server ? (SUFFRAGE[server.suffrage] ?? `suffrage ${server.suffrage}`) : "not in the raft",
      ...(server && { address: server.addr }),
      leads: leader?.member === name,
      ...(state && { healthy: state.healthy }),
      ...(problem && { problem }),
    };
  });
  const problems = [
    ...(leader ? [] : ["no member leads the raft: what is shown may be old"]),
    ...strangers.map(name => `${name} is in the raft, and the values name ${target.members.length} members`),
    ...members.flatMap(({ name, suffrage, problem }) => [
      ...(suffrage === SUFFRAGE[0] ? [] : [`${name}: ${suffrage}`]),
      ...(problem ? [`${name} ${problem}`] : []),
    ]),
  ];
  const { environment, namespace, name } = target;
  return { environment: environment.name, namespace, name, leader: leader?.member, members, problems };
}

function membersText({ environment, namespace, name, members, problems }: ReturnType<typeof membersStatus>): string {
  const rows = members.map(each => [
    each.name,
    each.suffrage,
    each.leads ? "yes" : "no",
    each.healthy === undefined ? "–" : each.healthy ? "yes" : "no",
    each.address ?? "–",
  ]);
  return [
    `${environment}: ${namespace}/${name}`,
    plainTable(["member", "raft", "leads", "healthy", "address"], rows),
    ...problems.map(problem => `  ${problem}`),
  ].join("\n");
}

/** Takes a member out of the raft. @returns whether it was done; false if the user declined */
export function removeMember(kubectl: Kubectl, target: Target, member: string, options: MembersOptions) {
  return withConductors(kubectl, target, "members", async asked => {
    const { leader, servers } = checkRemoval(target, asked, member);
    if (!has(servers, member)) {
      console.log(`${member} is not in the raft, which has ${named(servers)}`);
      return true;
    }
    const left = voters(servers).filter(id => id !== member).length;
    const reserve = Math.floor((left - 1) / 2);
    const request = {
      event: "MemberRemovalRequested",
      action: `remove ${member} from the raft of ${target.name}`,
      effects: [
        ...(leader.member === member ? ["it leads, and hands over first: about a second without a block"] : []),
        `${left} voters stay, of which ${reserve === 0 ? "none" : reserve} may be lost`,
        `${member} goes on as a full node, and joins again only with an empty raft volume`,
      ],
      uid: await uidOf(kubectl, target, "members"),
      allowedBy: allowedBy(target, "members"),
    };
    if ((await begin(kubectl, target, request, options)) === undefined) return false;
    await handOver(kubectl, asked, member);
    // A leader that changes meanwhile refuses, so ask whoever leads.
    const gone = await until(kubectl, WAIT_SECONDS, () => takeOut(asked, member), POLL_MS);
    if (!gone)
      throw new Error(`${member} is still in the raft after ${WAIT_SECONDS} s → look at sequencer members again`);
    console.log(`${member} is no longer in the raft, which has ${named(gone)}`);
    return true;
  });
}

function checkRemoval(target: Target, asked: readonly Asked[], member: string) {
  const { environment } = target;
  const look = `look at sequencer members ${environment.name}`;
  const overridden = asked.filter(({ state }) => state?.overridden).map(each => each.member);
  if (overridden.length > 0)
    throw new Error(`${overridden} is overridden → end that first: sequencer override ${environment.name} --end`);
  const leader = leaderOf(asked);
  if (!leader) throw new Error(`no member leads the raft, so none can be removed → ${look}`);
  const { servers } = leader.state;
  if (!has(servers, leader.member))
    throw new Error(`${leader.member} leads a raft in which it does not count itself → ${look}`);
  const stay = voters(servers).filter(id => id !== member);
  const ill = stay.filter(id => !asked.find(each => each.member === id)?.state?.healthy);
  if (ill.length > 0)
    throw new Error(`${ill.join(", ")} not healthy, and all that stay have to be → repair it first, and ${look}`);
  const quorum = Math.floor(target.members.length / 2) + 1;
  if (voters(servers).includes(member) && stay.length < quorum)
    throw new Error(
      `without ${member} ${stay.length} voters stay, and ${target.members.length} members need ${quorum} ` +
        "→ bring others back first; from 7 to 3 members deploy 5 in between",
    );
  return { leader, servers };
}

const voters = (servers: readonly Server[]) => servers.filter(({ suffrage }) => suffrage === 0).map(({ id }) => id);
const has = (servers: readonly Server[], member: string) => servers.some(({ id }) => id === member);
const named = (servers: readonly Server[]) => servers.map(({ id }) => id).join(", ");

/** op-conductor ends its raft for good when it removes itself, so a leader that is to go hands over first. */
async function handOver(kubectl: Kubectl, asked: readonly Asked[], member: string): Promise<void> {
  const going = asked.find(each => each.member === member)?.conductor;
  if (!going || !(await going.state())?.leads) return;
  say(`${member} leads and hands over`);
  await going.call("conductor_transferLeader");
  const next = await anotherLeads(kubectl, asked, member, WAIT_SECONDS);
  if (!next) throw new Error(`no other member leads after ${WAIT_SECONDS} s → nothing was removed, try again`);
  say(`${next.member} leads`);
}

async function takeOut(asked: readonly Asked[], member: string) {
  const leader = leaderOf(await again(asked));
  if (!leader || leader.member === member) return undefined;
  const { servers, version } = leader.state;
  if (!has(servers, leader.member)) return undefined;
  if (!has(servers, member)) return servers;
  await leader.conductor.call("conductor_removeServer", member, version).catch((error: Error) => {
    say(`${error.message}; trying again`);
  });
  return undefined;
}
