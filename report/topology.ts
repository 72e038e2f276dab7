import type { StackManifests } from "../manifests/objects";
import { apiServerCalls, callsOf } from "./calls";
import { type Connection, ruled } from "./connection";
import { admittedIn, amongCharts } from "./grants";
import { type Node, worldOf } from "./nodes";

export interface Topology {
  readonly nodes: readonly Node[];
  readonly connections: readonly Connection[];
}

/**
 * Who is in an environment, who calls whom, and which rules of NetworkPolicies allow it. Calls come from the pods'
 * configuration: ENRs, URLs, names of Services, servers of a proxy, a token for the API server. The configuration of
 * pods of charts and of callers from outside is not known: there a policy's rule stands for the call. DNS is left out.
 */
export function topologyOf(stacks: readonly StackManifests[]): Topology {
  const world = worldOf(stacks);
  const configured = world.own.flatMap(from => [
    ...callsOf(from, world).map(call => ruled(world, from, call)),
    ...apiServerCalls(from, world),
  ]);
  const pairs = new Set(configured.map(({ from, to }) => `${from.id} ${to.id}`));
  const granted = [...admittedIn(world), ...amongCharts(world)].filter(
    ({ from, to }) => !pairs.has(`${from.id} ${to.id}`),
  );
  const connections = merged([...configured, ...granted]);
  const nodes = [...world.own, ...connections.flatMap(({ from, to }) => [from, to])];
  return { nodes: [...new Map(nodes.map(node => [node.id, node])).values()], connections };
}

/** Connections that differ only in ports and places become one. */
function merged(connections: readonly Connection[]): Connection[] {
  const groups = new Map<string, Connection>();
  for (const connection of connections) {
    const { from, to, kind, verdict } = connection;
    const id = [from.id, to.id, kind, verdict].join(" ");
    const known = groups.get(id);
    groups.set(id, known ? union(known, connection) : connection);
  }
  return [...groups.values()];
}

function union(a: Connection, b: Connection): Connection {
  const once = <T>(key: (item: T) => string, ...lists: (readonly T[])[]) => [
    ...new Map(lists.flat().map(item => [key(item), item])).values(),
  ];
  // An empty list stands for every port.
  const ports = a.ports.length && b.ports.length ? once(port => `${port.protocol} ${port.port}`, a.ports, b.ports) : [];
  const dials = once(({ host, port, protocol }) => `${host} ${port} ${protocol}`, a.dials, b.dials);
  return { ...a, ports, dials, via: once(String, a.via, b.via), rules: once(String, a.rules, b.rules) };
}
