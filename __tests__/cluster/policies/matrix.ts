import { driver } from "../driver/driver";
import type { Addresses } from "./addresses";
import { type Answer, ask, type Target, targetsOf } from "./ask";
import { backends, type Cast, outsiders, type Pod, type Role } from "./cast";
import { type At, modelled, type Side, wanted } from "./verdicts";

/** A call: what table and model say, and what became of it. */
export interface Cell extends At {
  readonly from: string;
  readonly to: string;
  /** The Service through which it goes. */
  readonly via?: string;
  readonly wanted: boolean;
  readonly modelled: boolean;
  readonly answered: boolean;
}

interface Try {
  readonly target: Target;
  readonly cell: Omit<Cell, "answered">;
}

/** Has everybody in a stack call everybody, and everybody outside of it those in it. */
export async function measure(cast: Cast, addresses: Addresses): Promise<Cell[]> {
  const calls: Calls[] = [
    ...cast.roles.map(from => ({
      from,
      tries: [
        ...toRoles(cast, from, [...cast.roles, ...outsiders], addresses),
        ...toServices(cast, from, addresses),
        ...toHosts(cast, from, addresses),
        ...toPlaces(cast, from, addresses),
      ],
    })),
    ...outsiders.map(from => ({
      from,
      tries: [
        ...toRoles(cast, from, cast.roles, addresses),
        ...toServices(cast, from, addresses),
        ...toHosts(cast, from, addresses),
      ],
    })),
  ];
  const first = await answersOf(calls, addresses);
  // On a busy machine packets get lost: silence counts only when it is what table and model say, or is there again.
  const doubted = calls.map(({ from, tries }) => ({
    from,
    tries: tries.filter(each => first.get(each) === "silent" && (each.cell.wanted || each.cell.modelled)),
  }));
  const answers = new Map([...first, ...(await answersOf(doubted, addresses))]);
  // A refusal comes from the other end, too.
  return calls.flatMap(({ tries }) => tries.map(each => ({ ...each.cell, answered: answers.get(each) !== "silent" })));
}

interface Calls {
  readonly from: Role;
  readonly tries: readonly Try[];
}

async function answersOf(calls: readonly Calls[], addresses: Addresses): Promise<Map<Try, Answer>> {
  const answers = new Map<Try, Answer>();
  await Promise.all(
    driver.nodes.map(async node => {
      const here = calls.filter(({ from, tries }) => from.caller.node === node && tries.length > 0);
      const questions = here.map(({ from, tries }) => ({
        caller: addresses.ofPod(from, from.caller),
        targets: tries.map(({ target }) => target),
      }));
      const lists = await ask(node, questions);
      for (const [i, { tries }] of here.entries())
        for (const [j, each] of tries.entries()) answers.set(each, lists[i]?.[j] as Answer);
    }),
  );
  return answers;
}

function toRoles(cast: Cast, from: Role, roles: readonly Role[], addresses: Addresses): Try[] {
  return roles
    .filter(({ called }) => called !== from.caller && !onOwnHost(from, called))
    .map(role => ({ ...role, host: addresses.ofPod(role, role.called) }))
    .flatMap(to => targetsOf(to.host, cast).map(target => attempt(cast, from, to, target)));
}

/** A Service may send a pod to itself, or a host to a pod that it runs, past all policies: those are left out. */
function toServices(cast: Cast, from: Role, addresses: Addresses): Try[] {
  return cast.fronts
    .filter(({ service, role }) => backends(service, role).every(pod => pod !== from.caller && !onOwnHost(from, pod)))
    .map(({ service, port, protocol, role, podPort }) => {
      const target: Target = [addresses.ofService(service), port, protocol];
      return attempt(cast, from, role, target, { via: service.name, port: podPort });
    });
}

/** Ports of pods at the third node. */
function toHosts(cast: Cast, from: Role, { farNode }: Addresses): Try[] {
  return cast.hostPorts
    .filter(({ role }) => !onOwnHost(from, role.called))
    .map(({ port, protocol, role, podPort }) => {
      const host: Named = { name: `host of ${role.name}`, end: { kind: "address", address: farNode } };
      return attempt(cast, from, host, [farNode, port, protocol], { port: podPort, behind: role });
    });
}

/** A host reaches the pods that it runs, and itself, whatever policies say. */
const onOwnHost = ({ end, caller }: Role, called: Pod) =>
  end.kind === "pods" && end.onHost === true && caller.node === called.node;

function toPlaces(cast: Cast, from: Role, addresses: Addresses): Try[] {
  const places = addresses.places.filter(({ far }) => !(far && from.end.onHost));
  return places.flatMap(to => [
    ...targetsOf(to.host, to).map(target => attempt(cast, from, to, target)),
    ...(to.front ? [attempt(cast, from, to, to.front.target, { via: to.front.name, port: to.front.port })] : []),
  ]);
}

type Named = Side & { readonly name: string };

function attempt(
  cast: Cast,
  from: Named,
  to: Named,
  target: Target,
  front?: { readonly via?: string; readonly port: number; readonly behind?: Side },
): Try {
  const [, called, protocol] = target;
  const at = { port: front?.port ?? called, protocol };
  return {
    target,
    cell: {
      from: from.name,
      to: to.name,
      ...at,
      ...(front?.via && { via: front.via }),
      wanted: wanted(cast.id, from.name, to.name, at),
      modelled: modelled(cast, from, to, at, front?.behind),
    },
  };
}

/** Where table, model and cluster do not say the same: a line for each pair. */
export function differences(cells: readonly Cell[]): string[] {
  const pairs = new Map<string, string[]>();
  for (const cell of cells) {
    if (cell.wanted === cell.modelled && cell.wanted === cell.answered) continue;
    const said = `table ${yes(cell.wanted)}, model ${yes(cell.modelled)}, cluster ${yes(cell.answered)}`;
    const pair = `${cell.from} → ${cell.to}${cell.via ? ` through ${cell.via}` : ""}: ${said}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), portText(cell)]);
  }
  return [...pairs].map(([pair, ports]) => `${pair}: ${ports.join(" ")}`);
}

const yes = (flag: boolean) => (flag ? "yes" : "no");

export const portText = ({ port, protocol }: At) => (protocol === "TCP" ? `${port}` : `${port}/udp`);
